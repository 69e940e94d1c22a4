# syntax=docker/dockerfile:1
# Dialtrace controller. The default image also carries the embedded switch; compose runs it beside the real servers.
FROM node:20-bookworm AS build
WORKDIR /app
RUN apt-get update && apt-get install -y --no-install-recommends python3 make g++ && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts && npm rebuild better-sqlite3
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:20-bookworm-slim
# espeak-ng is the voice of the `say` provider; tini reaps children and passes SIGTERM.
RUN apt-get update && apt-get install -y --no-install-recommends espeak-ng tini && rm -rf /var/lib/apt/lists/* \
  && useradd --system --uid 10001 --home /app dialtrace && mkdir -p /app/var && chown dialtrace /app/var
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/package.json /app/LICENSE /app/NOTICE ./
COPY dialplans ./dialplans
COPY prompts ./prompts
COPY config ./config
USER dialtrace
VOLUME ["/app/var"]
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# Longer than calls.drainSeconds, so that a stop lets calls finish.
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--", "node", "dist/cli/dialtrace.js"]
CMD ["start"]
