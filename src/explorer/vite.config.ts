import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const place = 'explorer-assets';

/**
 * Builds the web pages into dist-explorer/: one HTML file per page at its top, scripts, styles, fonts and workers (named by their hash) in assets/.
 *
 * Whoever serves them: `dist-explorer` statically at `place`, `dist-explorer/index.html` at /, and `dist-explorer/graphiql.html` as the answer to a browser's GET /graphql. The pages load
 * nothing from another host. Files in assets/ may be cached for ever, the HTML may not.
 */
export default defineConfig({
  root: import.meta.dirname,
  // What the pages name is found beside them and what scripts name beside those, wherever a proxy puts all of it.
  base: './',
  experimental: {
    renderBuiltUrl: (file, { hostType }) => (hostType === 'html' ? `${place}/${file}` : { relative: true }),
  },
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    outDir: '../../dist-explorer',
    emptyOutDir: true,
    // Monaco, the editor inside GraphiQL, is one chunk of 3 MB: no news at each build.
    chunkSizeWarningLimit: 5000,
    rolldownOptions: { input: ['index', 'graphiql'].map((page) => `src/explorer/${page}.html`) },
  },
});
