import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * What each module may import of the others, from the bottom up; everything that is not named is closed. The arrows of
 * docs/architecture.md. `src/bin` and `test` may use everything, since they put the parts together.
 */
const MAY_USE = {
  workflows: [],
  // Codes and texts only.
  'src/errors': [],
  'src/platform': ['src/errors', 'generated'],
  'src/emails': ['src/errors'],
  'src/embedded': ['src/platform'],
  'src/access': ['src/platform', 'generated'],
  'src/outbox': ['src/platform', 'workflows', 'generated'],
  'src/consent': ['src/access', 'src/outbox', 'src/emails', 'src/platform', 'workflows', 'generated'],
  'src/subscriptions': ['src/access', 'src/outbox', 'src/platform', 'workflows', 'generated'],
  'src/delivery': [
    'src/access',
    'src/consent',
    'src/subscriptions',
    'src/outbox',
    'src/platform',
    'workflows',
    'generated',
  ],
  'src/alerts': [
    ...['src/access', 'src/outbox', 'src/subscriptions', 'src/delivery', 'src/platform', 'workflows'],
    'generated',
  ],
  'src/overview': ['src/access', 'src/alerts', 'src/subscriptions', 'src/platform', 'generated'],
  // Services, never Prisma.
  'src/api': [
    ...['src/access', 'src/consent', 'src/subscriptions', 'src/delivery', 'src/alerts', 'src/outbox'],
    ...['src/emails', 'src/overview'],
    ...['src/errors', 'src/platform', 'workflows'],
  ],
  activities: [
    ...['src/consent', 'src/subscriptions', 'src/delivery', 'src/alerts', 'src/outbox', 'src/platform'],
    'workflows',
  ],
  // The REST API only, as any caller.
  tools: [],
  // It starts the parts of a service as children, and calls them by REST.
  bench: ['src/embedded', 'src/platform', 'workflows'],
  // The types of the API.
  web: ['packages/client'],
  // For others to install: with nothing of the service, and nothing of each other.
  'packages/client': [],
  'packages/receiver': [],
};
const MODULES = [...Object.keys(MAY_USE), 'src/bin', 'generated', 'test', 'scripts'];

const arrows = Object.entries(MAY_USE).map(([module, used]) => ({
  target: `./${module}`,
  from: MODULES.filter((other) => other !== module && !used.includes(other)).map((other) => `./${other}`),
  message: `${module} may use ${used.join(', ') || 'no other module'} (docs/architecture.md).`,
}));

export default tseslint.config(
  {
    ignores: ['dist/', 'generated/', 'node_modules/', '.data/', 'coverage/', 'web/dist/', 'packages/*/dist/'],
  },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: ['tsconfig.json'] })] },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'import-x/no-cycle': ['error', { maxDepth: 6 }],
      'import-x/no-restricted-paths': ['error', { zones: arrows, basePath: import.meta.dirname }],
      'no-console': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // A delivery's status has one owner (rule `one-owner-of-status`): every other file calls a transition.
    files: ['src/**', 'activities/**', 'workflows/**'],
    ignores: ['src/outbox/transitions.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'TemplateElement[value.raw=/UPDATE\\s+"Delivery"/i]',
          message: 'Deliveries are written by src/outbox only; a status by src/outbox/transitions.ts.',
        },
        {
          selector:
            'CallExpression[callee.object.property.name="delivery"][callee.property.name=/^(create|update|upsert|delete)/]',
          message: 'Deliveries are written by src/outbox only; a status by src/outbox/transitions.ts.',
        },
      ],
    },
  },
  {
    // What a caller sees is made of the caller (rule `others-do-not-exist`).
    files: ['src/api/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[object.name="Visibility"][property.name="everything"]',
          message: 'The API acts for a caller: Visibility.of(caller).',
        },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        require: 'readonly',
        URL: 'readonly',
        URLSearchParams: 'readonly',
        fetch: 'readonly',
        AbortSignal: 'readonly',
        setTimeout: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
  {
    // To be put together, and read (see test/unit/verification-snippets.test.ts).
    files: ['web/src/snippets/*.js'],
    rules: { 'no-unused-vars': 'off', 'no-undef': 'off' },
  },
  {
    files: ['test/**'],
    rules: {
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      'max-lines': 'off',
      // Bodies of answers and webhooks are asserted on, not typed: a type would only repeat the assertion.
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: [
      'tools/**',
      'bench/**',
      'scripts/**',
      'test/crash/main.ts',
      'test/fuzz/main.ts',
      'test/production/**',
      'test/model/main.ts',
      'test/model/lanes.ts',
    ],
    rules: { 'no-console': 'off' },
  },
);
