using System.CommandLine;
using StreamLearn.Cli.Output;
using StreamLearn.Cli.Web;

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
            using var client = new NodeClient(NodeClient.AddressOf(parsed.GetValue(node), http), http);
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
}
