import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { META_POLICY } from './src/gateway/content-security-policy.ts';

/** The policy as a meta tag, for hosts that can't send headers. Not in development: hot reload needs inline scripts. */
function policyMetaTag(): Plugin {
  return {
    name: 'kerbside-policy-meta-tag',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content: META_POLICY }, injectTo: 'head-prepend' },
    ],
  };
}

/** Names the chunk of an edition after it, so that the budget can find it and a log line can be read. */
function chunkFileNames(chunk: { facadeModuleId?: string | null; moduleIds?: readonly string[] }): string {
  const entry = chunk.facadeModuleId ?? '';
  const edition = /\/src\/editions\/(v\d+)\/index\.ts$/.exec(entry)?.[1];
  return edition === undefined ? 'assets/[name]-[hash].js' : `assets/edition-${edition}-[hash].js`;
}

export default defineConfig({
  plugins: [
    svelte({ configFile: false }),
    policyMetaTag(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'workers',
      filename: 'service-worker.ts',
      includeManifestIcons: false, // the pattern below has them already
      injectRegister: false, // src/platform/browser/offline-app.ts registers it: it knows when an update may be taken
      injectManifest: { globPatterns: ['**/*.{js,css,html,woff2,svg,png}'], maximumFileSizeToCacheInBytes: 3_000_000 },
      manifest: {
        id: '/',
        name: 'Kerbside charging station',
        short_name: 'Kerbside',
        description: 'An OCPP charging station that runs in a browser tab',
        start_url: '/',
        scope: '/',
        display: 'fullscreen',
        orientation: 'any',
        background_color: '#141816',
        theme_color: '#141816',
        icons: [
          { src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: '/icons/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
    }),
  ],
  worker: { format: 'es', rollupOptions: { output: { chunkFileNames } } },
  build: {
    target: 'es2022',
    // An inlined file would need `data:` in the policy.
    assetsInlineLimit: 0,
    // Every browser that has Web Serial preloads modules by itself.
    modulePreload: { polyfill: false },
    rollupOptions: { output: { chunkFileNames } },
  },
  server: { host: '127.0.0.1', port: 5173 },
});
