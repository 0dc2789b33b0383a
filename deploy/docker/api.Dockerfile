# The API: serves GraphQL, downloads and the web page from a database server. Build from the project's root:
#   docker build -f deploy/docker/api.Dockerfile -t starkin-api .
FROM node:24-bookworm-slim AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# What set-up needs and cannot bring itself; binutils strips the TensorFlow library by a quarter.
# Versions are the base image's release's own, which change with its security updates.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 python3-pip g++ binutils \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV STARKIN_CACHE=/opt/starkin
# The sources are compiled by set-up too, so that one command makes what a clone has after `npm run setup`.
COPY package.json package-lock.json .npmrc tsconfig.json ./
COPY deploy/*.mjs deploy/
COPY bin bin
COPY src src
COPY workers workers
COPY tests tests
COPY schema schema
RUN node deploy/setup.mjs --retry && test -e node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node
COPY migrations migrations

FROM node:24-bookworm-slim
WORKDIR /app
COPY --from=build /opt/starkin /opt/starkin
COPY --from=build /app /app
RUN mkdir /data && chown 1000:1000 /data
USER 1000:1000
# Scratch files of this process alone, since the archive is on the database server; and an address that the network reaches.
ENV NODE_ENV=production STARKIN_DATA=/data HOST=0.0.0.0 PORT=4000
EXPOSE 4000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 4000) + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/starkin.mjs"]
CMD ["serve"]
