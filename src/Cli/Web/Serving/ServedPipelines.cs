using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using StreamLearn.Actors.Serving;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Health;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Cli.Web.Serving;

/// <summary>The pipelines that requests are about.</summary>
/// <param name="config">The node's configuration.</param>
/// <param name="health">Says how far the node is.</param>
internal sealed class ServedPipelines(StreamLearnConfig config, NodeHealth health)
{
    /// <summary>Seconds after which a node that is starting may be asked again.</summary>
    internal const int RetryStart = 2;

    /// <summary>The pipeline that a request names.</summary>
    /// <exception cref="HttpProblemException">There is none, or the node has not come so far.</exception>
    internal PipelineServing Of(HttpContext context)
    {
        var name = context.GetRouteValue("name") as string;
        if (!config.Pipelines.Any(pipeline => pipeline.Name == name))
        {
            throw new HttpProblemException(
                StatusCodes.Status404NotFound, $"This node has no such pipeline; expected one of {string.Join(", ", config.Pipelines.Select(pipeline => pipeline.Name))}.");
        }

        return health.Pipelines?.FirstOrDefault(pipeline => pipeline.Definition.Name == name)?.Serving
            ?? throw new HttpProblemException(StatusCodes.Status503ServiceUnavailable, "The node is starting, and runs no pipelines yet.") { RetryAfter = RetryStart };
    }

    /// <summary>The source that records are read as.</summary>
    /// <param name="serving">The pipeline.</param>
    /// <param name="named">How the request names it; null: it does not.</param>
    /// <param name="predicts">Whether predictions are wanted, which are made of the source that decisions are made on.</param>
    /// <exception cref="HttpProblemException">There is none of that name, or several and none is named.</exception>
    internal static int SourceOf(PipelineServing serving, string? named, bool predicts)
    {
        var sources = serving.Pipeline.Sources;
        var fit = Enumerable.Range(0, sources.Count).Where(source => !predicts || sources[source].Schema.IsPredictedOn).ToList();
        var found = fit.Where(source => named is null ? fit.Count == 1 : sources[source].Name.Length > 0 && sources[source].Name == named).ToList();
        var names = string.Join(", ", fit.Select(source => sources[source].Name).Where(name => name.Length > 0));
        return found.Count == 1
            ? found[0]
            : throw new HttpProblemException(
                StatusCodes.Status400BadRequest,
                names.Length == 0 ? "'source' is given, and the pipeline has one only; expected no 'source'." : $"'source' is not one that fits; expected one of {names}.");
    }

    /// <summary>The records of a request, read as those of a source.</summary>
    /// <exception cref="HttpProblemException">One cannot be.</exception>
    internal static DecodedBatch Decode(PipelineServing serving, int source, RecordRequest request)
    {
        var schema = serving.Pipeline.Sources[source].Schema;
        if (request.Key is not null && schema.Key.Length > 0)
        {
            throw new HttpProblemException(
                StatusCodes.Status400BadRequest, $"'key' is given beside records, and the pipeline takes it from their field '{schema.Key}'; expected no 'key'.");
        }

        var decoded = serving.Decoder.Decode(source, [.. request.Records!.Select(record => new RequestRecord(request.Key, record))]);
        return decoded.DeadLetters.Length == 0 ? decoded : throw RecordProblem.Of(decoded.DeadLetters[0]);
    }
}
