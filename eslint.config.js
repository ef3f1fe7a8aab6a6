import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const ONLY_PLATFORM = 'Only src/platform touches the world; take it through a port (src/platform/ports.ts).';

/** What a file outside the platform must not reach for. */
const WORLD_GLOBALS = [
  'setTimeout', 'setInterval', 'clearTimeout', 'clearInterval', 'setImmediate', 'performance', 'crypto', 'WebSocket',
  'navigator', 'indexedDB', 'fetch', 'XMLHttpRequest', 'localStorage', 'sessionStorage', 'process',
].map((name) => ({ name, message: ONLY_PLATFORM }));

const PLAIN_ERROR = {
  selector: 'NewExpression[callee.name=/^(Error|TypeError|RangeError)$/], CallExpression[callee.name="Error"]',
  message: 'Throw a KerbsideError with a code, and a sentence where a person sees it (src/base/errors.ts).',
};

/** Turning a given moment into text is arithmetic; asking what time it is belongs to the Clock port. */
const WALL_CLOCK = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0], CallExpression[callee.name="Date"]', message: ONLY_PLATFORM },
  { selector: 'MemberExpression[object.name="Date"][property.name="now"]', message: ONLY_PLATFORM },
  { selector: 'MemberExpression[object.name="Math"][property.name="random"]', message: ONLY_PLATFORM },
];

const WORLDLY = ['src/platform/**', 'src/gateway/**', 'src/headless/**', 'src/ui/main.ts', 'workers/**', 'tests/**', 'scripts/**', '**/*.test.ts', '*.config.{ts,js}'];

export default tseslint.config(
  { ignores: ['dist/**', 'coverage/**', 'public/**', 'src/**/generated/**', 'src/ui/i18n/paraglide/**', '.kerbside/**', 'test-results/**', '.dependency-cruiser.cjs'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.worker, ...globals.node } },
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      'no-restricted-syntax': ['error', PLAIN_ERROR],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-undef': 'off', // the compiler knows better
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    // The rules that need types: a lost promise is how a station loses a transaction.
    files: ['src/**/*.ts', 'workers/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['src/**/*.{ts,svelte}'],
    ignores: WORLDLY,
    rules: {
      'no-restricted-globals': ['error', ...WORLD_GLOBALS],
      'no-restricted-syntax': ['error', PLAIN_ERROR, ...WALL_CLOCK],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser, extraFileExtensions: ['.svelte'] } },
    rules: {
      'prefer-const': 'off', // $props and $state want `let`; the next rule knows them
      'svelte/prefer-const': ['error', { destructuring: 'all', excludedRunes: ['$props', '$state', '$bindable'] }],
    },
  },
  {
    // A test may throw what the code under test never would, and peers here are other people's.
    files: ['**/*.test.ts', 'tests/**', 'scripts/**', '*.config.{ts,js}'],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
