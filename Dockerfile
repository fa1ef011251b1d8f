# An image of one file. It takes the place of amazon/dynamodb-local: same port, and the same command line is understood.
FROM rust:1.95-slim-bookworm AS builder
WORKDIR /source
COPY . .
# How the program is compiled: by-profile, twice, or plain, once, which takes a third of the time.
ARG BUILD=by-profile
RUN docker/build_static.sh /stator "$BUILD"

FROM scratch
COPY --from=builder /stator /stator
USER 65532:65532
ENV STATOR_HOST=0.0.0.0
EXPOSE 8000
HEALTHCHECK --interval=2s --timeout=5s --retries=3 CMD ["/stator", "healthcheck"]
ENTRYPOINT ["/stator"]
