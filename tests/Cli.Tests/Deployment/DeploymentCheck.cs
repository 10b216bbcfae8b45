using System.Text.RegularExpressions;
using StreamLearn.Cluster.Membership;
using StreamLearn.Cluster.Placement;

namespace StreamLearn.Cli.Tests.Deployment;

/// <summary>
/// What is wrong with the image and the compose files, in words. No engine runs where tests do: what can be seen without one is that the parts fit together,
/// the files with the checkout, the services with each other, and their names and ports with the configuration of the nodes.
/// </summary>
internal sealed partial class DeploymentCheck
{
    private const string OwnImage = "streamlearn:";

    /// <summary>What leaving takes besides the configured times, and some more: ActorHost.</summary>
    private static readonly TimeSpan LeaveMargin = TimeSpan.FromSeconds(30);

    private readonly DeploymentFiles _files;
    private readonly ComposeFile _compose;
    private readonly Dockerfile _image;
    private readonly IReadOnlyDictionary<string, ComposeService> _services;
    private readonly List<string> _problems = [];

    private DeploymentCheck(DeploymentFiles files, ComposeFile compose, Dockerfile image)
    {
        _files = files;
        _compose = compose;
        _image = image;
        _services = compose.Services;
    }

    /// <summary>Of the image, of the compose file, and of the compose file with GPUs.</summary>
    internal static IReadOnlyList<string> Run(DeploymentFiles files)
    {
        var image = Dockerfile.Parse(files.Text("Dockerfile"));
        var compose = ComposeFile.Parse(files.Text("docker-compose.yml"));
        var gpu = ComposeFile.Parse(files.Text("docker-compose.gpu.yml"));
        return [
            .. DockerfileCheck.Run(files, image),
            .. SecretCheck.Run(files),
            .. new DeploymentCheck(files, compose, image).Run().Select(problem => $"docker-compose.yml: {problem}"),
            .. new DeploymentCheck(files, gpu.Over(compose), image).Run().Select(problem => $"docker-compose.gpu.yml: {problem}"),
        ];
    }

    private List<string> Run()
    {
        foreach (var service in _services.Values)
        {
            CheckImage(service);
            CheckMounts(service);
            CheckDependencies(service);
            CheckPorts(service);
            Expect(service.Networks.Count > 0, $"{service.Name} is in no network");
            Expect(service.Networks.All(_compose.Networks.Contains), $"{service.Name} is in a network that is not declared");
        }

        Unused("volume", _compose.Volumes, _services.Values.SelectMany(service => service.Mounts).Select(mount => mount.Source));
        Unused("network", _compose.Networks, _services.Values.SelectMany(service => service.Networks));
        try
        {
            CheckNodes();
        }
        catch (DeploymentException exception)
        {
            _problems.Add(exception.Message);
        }

        return _problems;
    }

    private void CheckImage(ComposeService service)
    {
        Expect(
            service.Image.StartsWith(OwnImage, StringComparison.Ordinal) || PinnedImage().IsMatch(service.Image),
            $"{service.Name} has the image '{service.Image}'; expected one with a version");
        if (service.HasBuild)
        {
            Expect(
                service.Image == OwnImage + service.Accelerator && service.Accelerator is "cpu" or "cuda",
                $"{service.Name} builds the image {service.Image} with ACCELERATOR '{service.Accelerator}'");
        }
        else if (service.Image.StartsWith(OwnImage, StringComparison.Ordinal))
        {
            Expect(
                _services.Values.Any(other => other.HasBuild && other.Image == service.Image), $"{service.Name} has the image {service.Image}, which nothing builds");
        }
    }

    private void CheckMounts(ComposeService service)
    {
        foreach (var mount in service.Mounts)
        {
            Expect(
                mount.IsPath ? _files.Exists(mount.Source) : _compose.Volumes.Contains(mount.Source),
                $"{service.Name} mounts {mount.Source}, which is not there");
            Expect(mount.Target.StartsWith('/'), $"{service.Name} mounts {mount.Source} at '{mount.Target}'; expected an absolute path");
        }
    }

    private void CheckDependencies(ComposeService service)
    {
        foreach (var (name, condition) in service.DependsOn)
        {
            if (!_services.TryGetValue(name, out var other))
            {
                _problems.Add($"{service.Name} depends on {name}, which is no service");
                continue;
            }

            Expect(condition switch
            {
                "service_started" => true,
                "service_healthy" => !other.DisablesHealth && (other.HealthTest.Count > 1 || (other.HasBuild && _image.All("HEALTHCHECK").Any())),
                "service_completed_successfully" => other.Restart == "no",
                _ => false,
            }, $"{service.Name} depends on {name} with the condition '{condition}', which {name} cannot fulfil");
            Expect(!Waits(other, service.Name, []), $"{service.Name} and {name} wait for each other");
        }
    }

    private bool Waits(ComposeService service, string forName, HashSet<string> seen) => service.DependsOn.Keys
        .Any(name => name == forName || (seen.Add(name) && _services.TryGetValue(name, out var other) && Waits(other, forName, seen)));

    /// <summary>Ports are for this machine only: what listens there asks for no password, or for one in plain text.</summary>
    private void CheckPorts(ComposeService service)
    {
        foreach (var port in service.Ports)
        {
            Expect(PublishedPort().IsMatch(port), $"{service.Name} publishes the port {port}; expected 127.0.0.1:PORT:PORT");
            Expect(
                _services.Values.SelectMany(other => other.Ports).Count(other => other.Split(':')[^2] == port.Split(':')[^2]) == 1,
                $"{service.Name} publishes the port {port}, and so does something else");
        }
    }

    private void CheckNodes()
    {
        var own = _services.Values.Where(service => service.Image.StartsWith(OwnImage, StringComparison.Ordinal)).Select(service => DeployedNode.Of(service, _files)).ToList();
        var nodes = own.Where(node => node.Service.Command[0] == "run").ToList();
        foreach (var node in own)
        {
            CheckKafka(node);
        }

        foreach (var node in nodes)
        {
            CheckNode(node);
            CheckStore(node);
            CheckMetrics(node);
            Expect(node.Files.SequenceEqual(nodes[0].Files), $"{node.Service.Name} has other configuration files than {nodes[0].Service.Name}: {string.Join(", ", node.Files)}");
            CheckSeeds(node, nodes);
        }

        Expect(nodes.Exists(node => node.Config.Node.Ingests), "no node reads topics");
        foreach (var (node, role) in nodes.SelectMany(node => node.Config.Node.Roles.Intersect(PipelineRole.All).Select(role => (node, role))))
        {
            Expect(node.Config.Pipelines.Any(pipeline => PipelineRole.Of(pipeline) == role), $"{node.Service.Name} has the role {role}, which no pipeline needs");
        }

        foreach (var pipeline in nodes[0].Config.Pipelines)
        {
            Expect(
                nodes.Exists(node => node.Config.Node.Roles.Contains(PipelineRole.Of(pipeline))),
                $"the pipeline {pipeline.Name} needs nodes with the role {PipelineRole.Of(pipeline)}, and there are none");
        }

        CheckTopics(nodes[0], own.Where(node => node.Service.Command[0] == "produce"));
    }

    private void CheckNode(DeployedNode node)
    {
        var (service, settings) = (node.Service, node.Config.Node);
        Expect(settings.PublicHost == service.Name, $"{service.Name} says that it is reached by {settings.PublicHost}");
        Expect(service.Hostname == service.Name, $"{service.Name} has the hostname '{service.Hostname}'");
        string[] exposed = [.. _image.All("EXPOSE").SelectMany(ports => ports.Split(' '))];
        Expect(exposed.Contains($"{settings.Port}"), $"{service.Name} has the cluster port {settings.Port}, which the image does not expose");
        Expect(exposed.Contains($"{settings.Http.Port}"), $"{service.Name} has HTTP on the port {settings.Http.Port}, which the image does not expose");
        Expect(
            settings.Http.Enabled && _image.All("HEALTHCHECK").Any(check => check.Contains($"http://localhost:{settings.Http.Port}/health/ready", StringComparison.Ordinal)),
            $"{service.Name} has HTTP on the port {settings.Http.Port}, and the image's health check asks another");
        Expect(service.Environment.ContainsKey(settings.Http.TokenVariable), $"{service.Name} has no {settings.Http.TokenVariable} in its environment, which its HTTP needs");
        Expect(
            service.Ports.All(port => port.EndsWith($":{settings.Http.Port}", StringComparison.Ordinal)), $"{service.Name} publishes {string.Join(", ", service.Ports)}; expected its HTTP");
        Expect(service.Restart is "unless-stopped" or "always", $"{service.Name} is not started again when the others have given it up");
        var needed = settings.StopTimeout + settings.HandOverTimeout + LeaveMargin;
        Expect(
            service.StopGrace >= needed, $"{service.Name} has {service.StopGrace.TotalSeconds:0} s to stop; expected {needed.TotalSeconds:0} s for its stop-timeout and hand-over-timeout");
        Expect(
            service.HasGpu == settings.Roles.Contains(NodeRole.LearnerGpu) && service.HasGpu == (service.Accelerator == "cuda"),
            $"{service.Name} has the roles {string.Join(", ", settings.Roles)}, {(service.HasGpu ? "a GPU" : "no GPU")} and a program for '{service.Accelerator}'");
    }

    private void CheckSeeds(DeployedNode node, List<DeployedNode> nodes)
    {
        var seeds = node.Config.Node.Seeds;
        Expect(seeds.Count > 1, $"{node.Service.Name} names {seeds.Count} seeds; expected two, or the first one would start a second cluster");
        foreach (var seed in seeds)
        {
            Expect(
                nodes.Exists(other => other.Service.Name == seed.Host && other.Config.Node.Port == seed.Port && other.Service.Networks.Intersect(node.Service.Networks).Any()),
                $"{node.Service.Name} has the seed {seed}, which is no node that it reaches");
        }
    }

    private void CheckKafka(DeployedNode node)
    {
        foreach (var address in node.Config.Kafka.BootstrapServers.Split(','))
        {
            var broker = Reached(node, address.Split(':')[0]);
            Expect(
                broker?.Environment.GetValueOrDefault("KAFKA_ADVERTISED_LISTENERS")?.Split(',').Any(listener => listener.EndsWith($"://{address}", StringComparison.Ordinal)) == true,
                $"{node.Service.Name} looks for Kafka at {address}, which no service of its networks says that it is");
        }

        Expect(
            node.Service.DependsOn.Keys.Any(name => _services.TryGetValue(name, out var other) && other.Environment.ContainsKey("TOPICS")),
            $"{node.Service.Name} does not wait for its topics");
    }

    private void CheckStore(DeployedNode node)
    {
        var store = node.Config.Checkpoint.Store;
        var connection = store.Connection.Split(';').Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[^1]);
        var database = Reached(node, connection.GetValueOrDefault("Host", ""));
        if (store.Kind != Actors.Checkpoints.CheckpointStoreKind.Postgresql || database is null)
        {
            _problems.Add($"{node.Service.Name} has no checkpoint store that it shares with the other nodes: {store}");
            return;
        }

        Expect(
            database.Environment.GetValueOrDefault("POSTGRES_DB") == connection.GetValueOrDefault("Database")
                && database.Environment.GetValueOrDefault("POSTGRES_USER") == connection.GetValueOrDefault("Username"),
            $"{node.Service.Name} has the connection '{store.Connection}', and {database.Name} another database or user");
        Expect(
            node.Service.Environment.TryGetValue(store.PasswordVariable, out var password) && password == database.Environment.GetValueOrDefault("POSTGRES_PASSWORD"),
            $"{node.Service.Name} does not have the password of {database.Name} in {store.PasswordVariable}");
        Expect(node.Service.DependsOn.GetValueOrDefault(database.Name) == "service_healthy", $"{node.Service.Name} does not wait for {database.Name}");
    }

    /// <summary>That metrics get to where Grafana's data source looks for them, and wait where a restart finds them.</summary>
    private void CheckMetrics(DeployedNode node)
    {
        var (service, influx) = (node.Service, node.Config.Influx);
        if (!influx.Enabled || Reached(node, influx.Url.Host) is not { } server)
        {
            _problems.Add($"{service.Name} writes no metrics to a service that it reaches: {influx}");
            return;
        }

        Expect(
            server.Environment.GetValueOrDefault("DOCKER_INFLUXDB_INIT_ORG") == influx.Org && server.Environment.GetValueOrDefault("DOCKER_INFLUXDB_INIT_BUCKET") == influx.Bucket,
            $"{service.Name} writes metrics to the org '{influx.Org}' and the bucket '{influx.Bucket}', and {server.Name} has others");
        Expect(
            service.Environment.TryGetValue(influx.TokenVariable, out var token) && token == server.Environment.GetValueOrDefault("DOCKER_INFLUXDB_INIT_ADMIN_TOKEN"),
            $"{service.Name} does not have the token of {server.Name} in {influx.TokenVariable}");
        Expect(
            service.Mounts.Any(mount => !mount.IsPath && influx.SpoolPath.StartsWith(mount.Target + "/", StringComparison.Ordinal)),
            $"{service.Name} has its spool at {influx.SpoolPath}, which is in no volume");
    }

    private void CheckTopics(DeployedNode node, IEnumerable<DeployedNode> producers)
    {
        var pipelines = node.Config.Pipelines;
        var sources = pipelines.SelectMany(pipeline => pipeline.Sources).Select(source => source.Topic).ToHashSet();
        string[] made = [.. _services.Values.SelectMany(service => service.Environment.GetValueOrDefault("TOPICS", "").Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries))];
        var wanted = sources.Concat(pipelines.SelectMany(pipeline => pipeline.Outputs).Select(output => output.Topic)).Distinct().ToList();
        Expect(made.Order().SequenceEqual(wanted.Order()), $"the topics made are {string.Join(", ", made.Order())}; the pipelines have {string.Join(", ", wanted.Order())}");
        foreach (var producer in producers)
        {
            var topic = producer.Service.Command.FirstOrDefault(argument => argument.StartsWith("--topic=", StringComparison.Ordinal))?["--topic=".Length..] ?? "";
            Expect(sources.Contains(topic), $"{producer.Service.Name} writes to the topic '{topic}', which no pipeline reads");
        }
    }

    /// <summary>The service of that name that a node reaches.</summary>
    private ComposeService? Reached(DeployedNode node, string name) =>
        _services.TryGetValue(name, out var service) && service.Networks.Intersect(node.Service.Networks).Any() ? service : null;

    private void Unused(string what, IEnumerable<string> declared, IEnumerable<string> used)
    {
        foreach (var name in declared.Except(used))
        {
            _problems.Add($"the {what} {name} is used by nothing");
        }
    }

    private void Expect(bool fits, string problem)
    {
        if (!fits)
        {
            _problems.Add(problem);
        }
    }

    [GeneratedRegex(@"^[a-z0-9./-]+:v?\d+\.\d+[\w.-]*$")]
    private static partial Regex PinnedImage();

    [GeneratedRegex(@"^127\.0\.0\.1:\d+:\d+$")]
    private static partial Regex PublishedPort();
}
