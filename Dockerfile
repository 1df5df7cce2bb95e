# A static program in an image without anything else. It speaks MCP on stdio (docker run -i --rm -e ORQ_API_KEY IMAGE), or over
# HTTP with the arguments http --addr 0.0.0.0:8585; then it takes no key of its own, and each request brings one.
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
COPY cmd cmd
COPY internal internal
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=dev
ENV GOMODCACHE=/cache/modules GOCACHE=/cache/builds
RUN --mount=type=cache,target=/cache \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH \
    go build -trimpath -ldflags "-s -w -X main.version=$VERSION" -o /out/orq-mcp ./cmd/orq-mcp && mkdir /out/data

FROM scratch
LABEL org.opencontainers.image.source="https://github.com/orq-mcp/orq-mcp" \
      org.opencontainers.image.description="MCP server that creates, changes and runs agents of orq.ai" \
      org.opencontainers.image.licenses="MIT" \
      io.modelcontextprotocol.server.name="io.github.orq-mcp/orq-mcp"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY LICENSE THIRD_PARTY_LICENSES /
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build /out/orq-mcp /usr/bin/orq-mcp
USER 65532:65532
EXPOSE 8585
ENTRYPOINT ["/usr/bin/orq-mcp"]
