import js from '@eslint/js';
import globals from 'globals';

export default [
  js.configs.recommended,
  {
    files: ['pwa/**/*.js'],
    languageOptions: { globals: { ...globals.browser, ...globals.serviceworker, siaga: 'readonly' } },
    linterOptions: { noInlineConfig: true },
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'TemplateLiteral TemplateLiteral',
          message: 'rjsmin does not read a template inside a template (decision 0031)',
        },
      ],
    },
  },
];
