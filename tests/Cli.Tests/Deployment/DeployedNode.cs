using StreamLearn.Cli.Commands;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cli.Tests.Deployment;

/// <summary>A service that is a node, with the configuration that its command line gives it.</summary>
/// <param name="Service">The service.</param>
/// <param name="Files">Its configuration files, by their paths in the checkout.</param>
/// <param name="Config">What it is configured with.</param>
internal sealed record DeployedNode(ComposeService Service, IReadOnlyList<string> Files, StreamLearnConfig Config)
{
    /// <summary>Reads the command line of a service as the program does.</summary>
    /// <exception cref="DeploymentException">It cannot be run like this.</exception>
    internal static DeployedNode Of(ComposeService service, DeploymentFiles files)
    {
        var command = service.Command[0] == "run" ? RunCommand.Create() : ProduceCommand.Create();
        var parsed = command.Parse([.. service.Command.Skip(1)]);
        if (parsed.Errors.Count > 0)
        {
            throw new DeploymentException($"{service.Name}: its command line is wrong: {string.Join(" ", parsed.Errors.Select(error => error.Message))}");
        }

        string[] configs = [.. parsed.GetValue<string[]>("--config")!.Select(path => InCheckout(service, path))];
        if (configs.FirstOrDefault(path => !files.Exists(path)) is { } missing)
        {
            throw new DeploymentException($"{service.Name}: --config is {missing}, which is not there");
        }

        var settings = parsed.GetValue<string[]>("--set")!.ToList();
        if (service.Command[0] == "run" && parsed.GetValue<string[]>("--role") is { Length: > 0 } roles)
        {
            settings.Add($"node.roles=[{string.Join(", ", roles)}]");
        }

        try
        {
            return new DeployedNode(service, configs, StreamLearnConfig.LoadFiles([.. configs.Select(files.OnDisk)], settings));
        }
        catch (ConfigurationException exception)
        {
            throw new DeploymentException($"{service.Name}: {exception.Message}");
        }
    }

    /// <summary>Where a path of the container is mounted from.</summary>
    private static string InCheckout(ComposeService service, string path) =>
        service.Mounts.FirstOrDefault(mount => mount.IsPath && path.StartsWith(mount.Target + "/", StringComparison.Ordinal)) is { } found
            ? Path.GetRelativePath(".", Path.Combine(found.Source, path[(found.Target.Length + 1)..]))
            : throw new DeploymentException($"{service.Name}: {path} is not mounted");
}
