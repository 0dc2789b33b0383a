# A worker on an NVIDIA graphics card, for training. The host needs NVIDIA's driver and container toolkit. Build from the project's root:
#   docker build -f deploy/docker/worker-gpu.Dockerfile -t starkin-worker-gpu .
FROM node:24-bookworm-slim AS node

# CUDA 12 and cuDNN 9, which TensorFlow 2.21 is built for; the image carries the libraries, the host the driver.
FROM nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04 AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# Versions are the base image's release's own, which change with its security updates.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 python3-pip g++ binutils \
  && rm -rf /var/lib/apt/lists/*
COPY --from=node /usr/local/bin /usr/local/bin
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
WORKDIR /app
ENV STARKIN_CACHE=/opt/starkin STARKIN_TENSORFLOW=gpu
COPY package.json package-lock.json .npmrc tsconfig.json ./
COPY deploy/*.mjs deploy/
COPY bin bin
COPY src src
COPY workers workers
COPY tests tests
COPY schema schema
RUN node deploy/setup.mjs --retry && test -e node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node
COPY migrations migrations

FROM nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04
COPY --from=node /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=build /opt/starkin /opt/starkin
COPY --from=build /app /app
RUN mkdir /data && chown 1000:1000 /data
USER 1000:1000
ENV NODE_ENV=production STARKIN_DATA=/data STARKIN_BACKEND=tensorflow
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "bin/starkin.mjs"]
CMD ["worker"]
