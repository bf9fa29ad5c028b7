import js from '@eslint/js';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** `target` may not import anything from `from`: the arrows of docs/architecture.md. */
const closed = (target, from, message) => ({ target, from, message });

const arrows = [
  closed(
    './workflows',
    ['./src', './activities', './generated'],
    'Workflows know nobody: ids and constants only.',
  ),
  {
    target: './src/errors',
    from: './src',
    except: ['./errors'],
    message: 'The codes of errors know nobody: texts only.',
  },
  closed(
    './src/platform',
    [
      './src/access',
      './src/consent',
      './src/emails',
      './src/subscriptions',
      './src/delivery',
      './src/api',
      './activities',
    ],
    'Platform stands below the services.',
  ),
  closed(
    './src/access',
    ['./src/api', './src/consent', './src/emails', './src/subscriptions', './src/delivery', './activities'],
    'Access stands beside the other services and knows none.',
  ),
  closed(
    './src/emails',
    [
      './src/access',
      './src/api',
      './src/consent',
      './src/delivery',
      './src/platform',
      './src/subscriptions',
      './activities',
      './generated',
      './workflows',
    ],
    'E-mails are made of templates and values: they know no service and no database.',
  ),
  closed(
    './src/consent',
    ['./src/api', './src/delivery', './activities'],
    'Services never import the API, the delivery or activities.',
  ),
  closed(
    './src/subscriptions',
    ['./src/api', './src/delivery', './activities'],
    'Services never import the API, the delivery or activities.',
  ),
  closed('./src/delivery', ['./src/api', './activities'], 'Services never import the API or activities.'),
  closed('./src/api', ['./generated', './activities'], 'The API uses services, never Prisma or activities.'),
  closed('./activities', ['./src/api'], 'Activities never import the API.'),
  closed(
    './bench',
    ['./src', './workflows', './activities', './generated'],
    'Benchmarks use the REST API only.',
  ),
  closed(
    './web',
    ['./src', './workflows', './activities', './generated/prisma'],
    'The admin UI uses the REST API only.',
  ),
];

export default tseslint.config(
  { ignores: ['dist/', 'generated/', 'node_modules/', '.data/', 'coverage/', 'web/dist/'] },
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
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        require: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        Buffer: 'readonly',
      },
    },
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
  { files: ['src/cli/**', 'bench/**', 'scripts/**', 'test/crash/main.ts'], rules: { 'no-console': 'off' } },
);
