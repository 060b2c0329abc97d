import vue from 'eslint-plugin-vue'
import parser from 'vue-eslint-parser'

// Vue templates only: oxlint reads all TypeScript, vue-tsc knows all names and types.
// Scripts are not parsed here, so the rules below are those that look at templates and at a file's shape.
export default [
  { ignores: ['**/*', '!admin-web/', '!admin-web/src/', '!admin-web/src/**'] },
  ...vue.configs['flat/essential'],
  {
    files: ['**/*.vue'],
    languageOptions: { parser, parserOptions: { parser: false } },
    rules: {
      // Types within templates are vue-tsc's to parse and to judge.
      'vue/no-parsing-error': 'off',
      'vue/no-unused-vars': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/no-v-html': 'error',
      'vue/no-template-shadow': 'error',
    },
  },
]
