using System.CommandLine;
using StreamLearn.Cli.Output;
using StreamLearn.Cli.Web;
using StreamLearn.Cluster.Configuration;

namespace StreamLearn.Cli.Commands;

/// <summary><c>status</c>: a cluster and its pipelines, as one of its nodes sees them.</summary>
internal static class StatusCommand
{
    internal static Command Create()
    {
        var node = new Option<string?>("--node")
        {
            Description = "address of a node's HTTP, e.g. http://10.0.0.1:8080 (default: streamlearn.node.http, on this machine)", HelpName = "URL",
        };
        var command = new Command(
            "status",
            "Asks a node for its cluster: members, where the learners of pipelines are, whether it is ready. The token, where one is wanted, is read from the "
            + "environment variable that streamlearn.node.http.token-env names. Exit code 0: it answered, ready or not; 1: it did not.")
        {
            node,
        };
        var common = CommonOptions.AddTo(command);
        command.Handle(async (parsed, interruption) =>
        {
            var http = common.Load(parsed).Node.Http;
            using var client = new NodeClient(AddressOf(parsed.GetValue(node), http), http);
            var cluster = await client.GetAsync(ClusterRoutes.Path, interruption.Token);
            ClusterView.Show(cluster);
            if (common.Json(parsed))
            {
                await Console.Out.WriteLineAsync(PipelineSummary.Line(cluster));
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Uri AddressOf(string? node, HttpSettings http) => node is null
        ? NodeClient.AddressOf(http) ?? throw new UsageException(
            "streamlearn.node.http.port is 0, any free port, and --node is missing; expected --node with the address that the node has printed, e.g. http://127.0.0.1:8080.")
        : NodeClient.Parse(node) ?? throw new UsageException("--node is no address of a node; expected a URL without user, password and query, e.g. http://10.0.0.1:8080.");
}
