# docker build -t sluice . && docker run --rm -v "$PWD:/data" sluice run
# DuckDB has no build for Alpine: for its merges, --build-arg BASE=node:24-slim, and an image FROM this one that installs it.
ARG BASE=node:24-alpine

FROM ${BASE} AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM ${BASE}
WORKDIR /opt/sluice
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=peer --ignore-scripts && npm cache clean --force
COPY schema.json LICENSE ./
COPY --from=build /src/dist ./dist
# Configs, secrets and datasets are mounted there, and belong to the user of the container.
RUN mkdir /data && chown node:node /data
ENV NODE_ENV=production
USER node
WORKDIR /data
# Node is process 1 and gets the signals itself: SIGTERM ends a run at its last commit, and the next one goes on.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "/opt/sluice/dist/src/cli/main.js"]
CMD ["run"]
