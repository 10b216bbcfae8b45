namespace StreamLearn.Cli.Tests.Deployment;

/// <summary>The image and the compose files; and that mistakes in them would be seen.</summary>
public sealed class DeploymentTests : IDisposable
{
    private const string Compose = "docker-compose.yml";
    private const string Gpu = "docker-compose.gpu.yml";
    private const string Image = "Dockerfile";
    private const string Cluster = "config/compose/cluster.conf";

    private readonly DeploymentFiles _files = new();

    /// <summary>File, what is in it, what is put there, what must be said.</summary>
    public static TheoryData<string, string, string, string> Mistakes => new()
    {
        { Compose, "image: postgres:17.5", "image: postgres", "postgres has the image 'postgres'; expected one with a version" },
        { Compose, "image: postgres:17.5", "image: postgres:latest", "postgres has the image 'postgres:latest'" },
        { Compose, "image: grafana/grafana:11.6.0", "image: grafana/grafana:11", "grafana has the image" },
        { Compose, "ACCELERATOR: cpu", "ACCELERATOR: cuda", "seed builds the image streamlearn:cpu with ACCELERATOR 'cuda'" },
        { Compose, "image: streamlearn:cpu\n    profiles", "image: streamlearn:gpu\n    profiles", "producer has the image streamlearn:gpu, which nothing builds" },
        { Compose, "./config:/etc/streamlearn:ro", "./configs:/etc/streamlearn:ro", "seed mounts ./configs, which is not there" },
        { Compose, "- seed-data:/var", "- sead-data:/var", "seed mounts sead-data, which is not there" },
        { Compose, "- seed-data:/var", "- learner-1-data:/var", "the volume seed-data is used by nothing" },
        { Compose, "kafka-data:/var/lib/kafka/data", "kafka-data", "kafka mounts kafka-data at ''" },
        { Compose, "seed: { condition: service_started }", "sead: { condition: service_started }", "learner-1 depends on sead, which is no service" },
        { Compose, "restart: \"no\"\n    depends_on:\n      kafka:", "restart: always\n    depends_on:\n      kafka:", "seed depends on kafka-init with the condition" },
        { Compose, "    healthcheck:\n      test: [\"CMD\", \"pg_isready\", \"--username=streamlearn\", \"--dbname=streamlearn\"]", "    other:\n      a: b", "seed depends on postgres with the condition 'service_healthy'" },
        { Compose, "      kafka: { condition: service_healthy }", "      kafka: { condition: service_healthy }\n      seed: { condition: service_started }", "wait for each other" },
        { Compose, "127.0.0.1:3000:3000", "3000:3000", "grafana publishes the port 3000:3000" },
        { Compose, "127.0.0.1:3000:3000", "127.0.0.1:8086:3000", "grafana publishes the port 127.0.0.1:8086:3000, and so does something else" },
        { Compose, "networks: [dashboards]", "networks: [dashboard]", "grafana is in a network that is not declared" },
        { Compose, "networks: [backend]\n  # A node", "networks: []\n  # A node", "seed is in no network" },
        { Compose, "- --role=ingest", "- --roles=ingest", "seed: its command line is wrong" },
        { Compose, "- --role=ingest", "- --role=reader", "seed: its command line is wrong" },
        { Compose, "- --role=ingest", "- --role=learner", "no node reads topics" },
        { Compose, "- --role=learner\n", "- --role=ingest\n", "the pipeline link-load needs nodes with the role learner, and there are none" },
        { Compose, "compose/cluster.conf\n      - --role=ingest", "compose/clusters.conf\n      - --role=ingest", "seed: --config is config/compose/clusters.conf, which is not there" },
        { Compose, "--config=/etc/streamlearn/compose/cluster.conf\n      - --role=ingest", "--config=/etc/compose/cluster.conf\n      - --role=ingest", "/etc/compose/cluster.conf is not mounted" },
        { Compose, "- --role=ingest\n", "- --role=ingest\n      - --set=node.ports=1\n", "seed: --set node.ports: streamlearn.node.ports is no known setting" },
        { Compose, "- --role=ingest\n", "- --role=ingest\n      - --config=/etc/streamlearn/hocon/bandit.conf\n", "learner-1 has other configuration files than seed" },
        { Compose, "node.public-host=learner-2", "node.public-host=learner-1", "learner-2 says that it is reached by learner-1" },
        { Compose, "hostname: learner-2", "hostname: learner-1", "learner-2 has the hostname 'learner-1'" },
        { Compose, "  restart: unless-stopped\n  # Longer", "  restart: \"no\"\n  # Longer", "seed is not started again" },
        { Compose, "stop_grace_period: 60s\n  security_opt", "stop_grace_period: 20s\n  security_opt", "seed has 20 s to stop; expected 50 s" },
        { Compose, "PLAINTEXT://kafka:9092,EXTERNAL", "PLAINTEXT://kafka:9094,EXTERNAL", "seed looks for Kafka at kafka:9092" },
        { Compose, "POSTGRES_DB: streamlearn", "POSTGRES_DB: learn", "and postgres another database or user" },
        { Compose, "POSTGRES_USER: streamlearn", "POSTGRES_USER: learn", "and postgres another database or user" },
        { Compose, "POSTGRES_PASSWORD: ${STREAMLEARN_STORE_PASSWORD:?", "POSTGRES_PASSWORD: ${INFLUX_PASSWORD:?", "seed does not have the password of postgres in STREAMLEARN_STORE_PASSWORD" },
        { Compose, "POSTGRES_PASSWORD: ${STREAMLEARN_STORE_PASSWORD:?copy .env.example to .env and fill it in}", "POSTGRES_PASSWORD: hunter2", "postgres has POSTGRES_PASSWORD in it" },
        { Compose, "INFLUX_TOKEN: ${INFLUX_TOKEN:?copy .env.example to .env and fill it in}\n  networks", "INFLUX_TOKEN: ${INFLUX_TOKEN:-secret}\n  networks", "seed has INFLUX_TOKEN in it" },
        { Compose, "GF_SECURITY_ADMIN_USER: streamlearn", "GF_SECURITY_ADMIN_USER: ${GRAFANA_USER}", ".env.example has no GRAFANA_USER" },
        { Compose, "TOPICS: link-load link-load.predictions", "TOPICS: link-load", "the topics made are " },
        { Compose, "- --topic=link-load", "- --topic=link-loads", "producer writes to the topic 'link-loads', which no pipeline reads" },
        { Gpu, "link-load-wide.predictions link-load-wide.dead-letter", "link-load-wide.predictions", "the topics made are " },
        { Gpu, "- --role=learner-gpu", "- --role=learner", "learner-gpu has the roles learner, a GPU" },
        { Gpu, "capabilities: [gpu]", "capabilities: [utility]", "learner-gpu has the roles learner-gpu, no GPU" },
        { Gpu, "    image: streamlearn:cuda\n", "", "learner-gpu has the image ''" },
        { Gpu, "volumes:\n  learner-gpu-data: {}", "volumes:\n  gpu-data: {}", "learner-gpu mounts learner-gpu-data, which is not there" },
        { Gpu, "      - --config=/etc/streamlearn/compose/gpu.conf\n      - --config=/etc/streamlearn/compose/cluster.conf\n      - --role=ingest", "      - --config=/etc/streamlearn/compose/cluster.conf\n      - --role=ingest", "learner-1 has other configuration files than seed" },
        { "config/compose/gpu.conf", "device = cuda", "device = cpu", "learner-gpu has the role learner-gpu, which no pipeline needs" },
        { Cluster, "port = 4053", "port = 4054", "seed has the seed seed:4053, which is no node that it reaches" },
        { Cluster, "port = 4053", "port = 4054", "seed has the cluster port 4054, which the image does not expose" },
        { Cluster, "port = 8080", "port = 8081", "seed has HTTP on the port 8081, which the image does not expose" },
        { Cluster, "port = 8080", "enabled = off, port = 8080", "and the image's health check asks another" },
        { Cluster, "token-env = STREAMLEARN_TOKEN", "token-env = OTHER_TOKEN", "seed has no OTHER_TOKEN in its environment" },
        { Compose, "    STREAMLEARN_TOKEN: ${STREAMLEARN_TOKEN:?copy .env.example to .env and fill it in}\n", "", "seed has no STREAMLEARN_TOKEN in its environment" },
        { Compose, "127.0.0.1:8080:8080", "127.0.0.1:8080:4053", "seed publishes 127.0.0.1:8080:4053; expected its HTTP" },
        { Image, "localhost:8080/health/ready", "localhost:8081/health/ready", "and the image's health check asks another" },
        { Image, "EXPOSE 4053 8080", "EXPOSE 4053", "seed has HTTP on the port 8080, which the image does not expose" },
        { Cluster, "\"seed:4053\", \"learner-1:4053\", \"learner-2:4053\"", "\"seed:4053\"", "seed names 1 seeds; expected two" },
        { Cluster, "\"learner-2:4053\"", "\"learner-3:4053\"", "seed has the seed learner-3:4053, which is no node" },
        { Cluster, "kafka:9092", "localhost:9092", "seed looks for Kafka at localhost:9092" },
        { Cluster, "Host=postgres", "Host=localhost", "seed has no checkpoint store that it shares" },
        { Cluster, "kind = postgresql", "kind = sqlite", "seed has no checkpoint store that it shares" },
        { Cluster, "kind = postgresql", "kinds = postgresql", "is no known setting" },
        { Cluster, "enabled = on", "enabled = off", "seed writes no metrics to a service that it reaches" },
        { Cluster, "http://influxdb:8086", "http://grafana:3000", "seed writes no metrics to a service that it reaches" },
        { Cluster, "org = streamlearn", "org = ops", "seed writes metrics to the org 'ops' and the bucket 'streamlearn', and influxdb has others" },
        { Cluster, "token-env = INFLUX_TOKEN", "token-env = STREAMLEARN_TOKEN", "seed does not have the token of influxdb in STREAMLEARN_TOKEN" },
        { Cluster, "/var/lib/streamlearn/spool", "/tmp/spool", "seed has its spool at /tmp/spool, which is in no volume" },
        { ".env.example", "INFLUX_PASSWORD=", "INFLUX_PASSWORD=hunter2", ".env.example: INFLUX_PASSWORD has a value" },
        { ".env.example", "GRAFANA_PASSWORD=\n", "", ".env.example has no GRAFANA_PASSWORD" },
        { ".env.example", "GRAFANA_PASSWORD=\n", "GRAFANA_PASSWORD=\nOTHER=\n", ".env.example: OTHER is used by nothing" },
        { ".gitignore", ".env\n", "", ".gitignore: .env is not in it" },
        { ".dockerignore", ".env\n", "", ".dockerignore: .env is not in it" },
        { ".dockerignore", "bench\n", "eng\n", "COPY eng/ is not there, or is ignored" },
        { Image, "COPY src/Streams/Streams.csproj src/Streams/\n", "", "src/Streams/Streams.csproj is not there when packages are restored" },
        { Image, "COPY eng/ eng/\n", "", "eng/ is not there when packages are restored" },
        { Image, "COPY src/ src/", "COPY source/ src/", "COPY source/ is not there" },
        { Image, "mcr.microsoft.com/dotnet/aspnet:10.0", "mcr.microsoft.com/dotnet/aspnet", "FROM mcr.microsoft.com/dotnet/aspnet has no version" },
        { Image, "restore src/Cli -p:Accelerator=${ACCELERATOR}", "restore src/Cli", "restore and publish do not both take ACCELERATOR" },
        { Image, "-o /app", "-o /out", "what is published to /out is not what is copied to /app" },
        { Image, "StreamLearn.Cli.dll", "Cli.dll", "ENTRYPOINT is not /app/StreamLearn.Cli.dll" },
        { Image, "USER ${APP_UID}\n", "", "the program runs as root" },
        { Image, "STOPSIGNAL SIGTERM", "STOPSIGNAL SIGKILL", "STOPSIGNAL is not SIGTERM" },
        { Image, "WORKDIR /source", "ARG INFLUX_TOKEN=hunter2", "ARG INFLUX_TOKEN would be in the image" },
    };

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Given_the_image_and_the_compose_files_when_they_are_checked_then_nothing_is_wrong() => Assert.Empty(DeploymentCheck.Run(_files));

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Given_a_mistake_when_the_files_are_checked_then_it_is_found(string file, string old, string @new, string problem)
    {
        _files.Replace(file, old, @new);

        var problems = DeploymentCheck.Run(_files);

        Assert.True(problems.Any(found => found.Contains(problem, StringComparison.Ordinal)), $"Expected '{problem}', and there is: {string.Join("; ", problems)}");
    }

    [Fact]
    public void Given_a_key_that_stands_twice_when_the_file_is_read_then_it_is_refused() =>
        Assert.ThrowsAny<YamlDotNet.Core.YamlException>(() => ComposeFile.Parse("services:\n  a: { image: x }\n  a: { image: y }\n"));
}
