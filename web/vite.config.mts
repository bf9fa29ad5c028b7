import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npx vite web` finds the API; `CPM_PORT` as for the service. */
const api = `http://127.0.0.1:${process.env.CPM_PORT ?? 3000}`;

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // The content security policy lets no data: font or script in; small images may stay inline.
    assetsInlineLimit: (file) => file.endsWith('.svg'),
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { '/v1': api } },
});
