# The service in a small image. CI does not exercise it; see README.md.

FROM rust:1.95-bookworm AS build
# The only C code is in aws-lc-sys. It needs a C compiler, which this image has; cmake, Go and bindgen it does without here.
WORKDIR /build
COPY Cargo.toml Cargo.lock ./
COPY migrations migrations
COPY openapi openapi
COPY crates crates
# A member of the workspace, without which cargo reads none of it.
COPY tests tests
ENV CARGO_PROFILE_RELEASE_STRIP=debuginfo
RUN cargo build --locked --release -p peerpath-http --bin peerpath

FROM debian:bookworm-slim
COPY --from=build /build/target/release/peerpath /usr/local/bin/peerpath
WORKDIR /srv/peerpath
COPY LICENSE-APACHE LICENSE-MIT ./
COPY catalog catalog
# The authorities by which mail servers are known.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
# The service writes nothing but standard output. Without PEERPATH_SMTP_URL it wants a folder for mails, and ends: none here is its own.
USER 10001:10001
ENV PEERPATH_ADDRESS=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=6s --start-period=10s --retries=3 CMD ["peerpath", "health"]
ENTRYPOINT ["peerpath"]
CMD ["serve"]
