import js from '@eslint/js';
import globals from 'globals';

export default [
  js.configs.recommended,
  {
    files: ['pwa/**/*.js'],
    languageOptions: { globals: { ...globals.browser, ...globals.serviceworker, siaga: 'readonly' } },
    linterOptions: { noInlineConfig: true },
  },
];
