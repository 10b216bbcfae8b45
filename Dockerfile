# A StreamLearn node. What has not been run of it: docs/unverified.md.
#
#   docker build -t streamlearn:cpu .
#   docker build -t streamlearn:cuda --build-arg ACCELERATOR=cuda .

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
# cpu or cuda: which TorchSharp is taken (eng/Accelerator.props).
ARG ACCELERATOR=cpu
WORKDIR /source

# What decides which packages there are, first: their layer stays as it is while only code changes.
COPY global.json Directory.Build.props Directory.Build.targets Directory.Packages.props ./
COPY eng/ eng/
COPY src/Learners/Learners.csproj src/Learners/
COPY src/Simulation/Simulation.csproj src/Simulation/
COPY src/Streams/Streams.csproj src/Streams/
COPY src/Actors/Actors.csproj src/Actors/
COPY src/Cluster/Cluster.csproj src/Cluster/
COPY src/Cli/Cli.csproj src/Cli/
RUN dotnet restore src/Cli -p:Accelerator=${ACCELERATOR}

COPY .editorconfig ./
COPY config/hocon/reference.conf config/hocon/
COPY src/ src/
# No links into the package cache, which does not come along.
RUN dotnet publish src/Cli -c Release --no-restore -p:Accelerator=${ACCELERATOR} -p:CreateSymbolicLinksForPublishFilesIfPossible=false -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# libgomp1: OpenMP, for builds of libtorch that bring none. curl: the health check, which would else start a program of .NET every ten seconds.
RUN apt-get update \
 && apt-get install -y --no-install-recommends curl libgomp1 \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o ${APP_UID} -g ${APP_UID} /var/lib/streamlearn
COPY --from=build /app /app
COPY config/ /etc/streamlearn/
# Relative paths of configurations, data/checkpoints.db among them, are below it.
WORKDIR /var/lib/streamlearn
VOLUME /var/lib/streamlearn
USER ${APP_UID}
# Between nodes; HTTP.
EXPOSE 4053 8080
# Ready: a member of its cluster, with all that its pipelines need (docs/operations.md).
HEALTHCHECK --interval=10s --timeout=10s --start-period=90s --retries=3 CMD ["curl", "--fail-with-body", "--silent", "--show-error", "--max-time", "9", "http://localhost:8080/health/ready"]
# The node leaves its cluster in order; give it time (stop_grace_period in docker-compose.yml).
STOPSIGNAL SIGTERM
ENTRYPOINT ["dotnet", "/app/StreamLearn.Cli.dll"]
