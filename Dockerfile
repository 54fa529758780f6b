# The service in a small image. CI does not exercise it.

FROM rust:1.95-bookworm AS build
# aws-lc-sys is the only C code. This image has the C compiler that it needs; it does not need cmake, Go or bindgen here.
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY migrations migrations
COPY openapi openapi
COPY crates crates
# cargo needs every member of the workspace.
COPY tests tests
ENV CARGO_PROFILE_RELEASE_STRIP=debuginfo
RUN cargo build --locked --release -p peerpath-http --bin peerpath

FROM debian:bookworm-slim
COPY --from=build /build/target/release/peerpath /usr/local/bin/peerpath
WORKDIR /srv/peerpath
COPY LICENSE-APACHE LICENSE-MIT ./
COPY catalog catalog
# Certificate authorities, to verify SMTP servers.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# The service only writes to standard output. It needs PEERPATH_SMTP_URL: this user cannot write to a mail folder.
USER 10001:10001
ENV PEERPATH_ADDRESS=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s --retries=3 CMD ["peerpath", "health"]
ENTRYPOINT ["peerpath"]
CMD ["serve"]
