# A worker on processors: takes ingest, training and encoding from the queue. Build from the project's root:
#   docker build -f deploy/docker/worker.Dockerfile -t starkin-worker .
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
COPY package.json package-lock.json .npmrc tsconfig.json ./
COPY deploy/*.mjs deploy/
COPY bin bin
COPY src src
COPY workers workers
COPY tests tests
COPY schema schema
# A worker without the native library would take days: better no image than such a one.
RUN node deploy/setup.mjs --retry && test -e node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node
COPY migrations migrations

FROM node:24-bookworm-slim
WORKDIR /app
COPY --from=build /opt/starkin /opt/starkin
COPY --from=build /app /app
RUN mkdir /data && chown 1000:1000 /data
USER 1000:1000
# Checkpoints of a training lie here: a volume that outlives the container lets it go on.
ENV NODE_ENV=production STARKIN_DATA=/data
# SIGTERM puts back what is in hand; nothing listens.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "bin/starkin.mjs"]
CMD ["worker"]
