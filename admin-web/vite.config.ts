import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const server = process.env['ADMIN_API'] ?? 'http://127.0.0.1:3000'

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [vue()],
  define: { __VUE_OPTIONS_API__: true, __VUE_PROD_DEVTOOLS__: false },
  server: { port: 5173, proxy: { '/api': server } },
  build: {
    outDir: '../.local/build/admin',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // The chart library is the largest part by far: it loads with the first chart, not with the log-in page.
        codeSplitting: {
          groups: [
            { name: 'charts', test: /node_modules[\\/](echarts|zrender|vue-echarts)/ },
            {
              name: 'element',
              test: /node_modules[\\/](element-plus|@element-plus|@floating-ui|@popperjs|dayjs|async-validator)/,
            },
            { name: 'vue', test: /node_modules[\\/](vue|@vue|vue-router|pinia|vue-i18n|@intlify)[\\/]/ },
          ],
        },
      },
    },
  },
})
