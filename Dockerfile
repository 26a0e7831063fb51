# Loam's server and its worker in one image; compose.yaml says which of the two runs.
FROM node:20-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
# The page, the server, and the command line.
RUN npm run --silent build && node server/loam.mjs help > /dev/null

FROM node:20-bookworm-slim
# Vulkan, with Mesa's drivers; lavapipe among them computes where there is no GPU.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates libvulkan1 mesa-vulkan-drivers \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app /app
RUN mkdir /data && chown node:node /data
ENV NODE_ENV=production LOAM_NO_BUILD=1 LOAM_DATA=/data
USER node
VOLUME /data
EXPOSE 4173
ENTRYPOINT ["node", "server/loam.mjs"]
CMD ["serve", "--host", "0.0.0.0", "--port", "4173", "--data", "/data"]
# Answered once the team's database is open.
HEALTHCHECK --interval=10s --timeout=5s --start-period=120s \
    CMD ["node", "-e", "fetch('http://127.0.0.1:4173/api/openapi.json').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
