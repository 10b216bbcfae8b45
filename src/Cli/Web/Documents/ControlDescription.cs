using Microsoft.AspNetCore.Http;

namespace StreamLearn.Cli.Web.Documents;

/// <summary>What the document says of the verbs of operators, <c>POST /v1/pipelines/{name}/VERB</c>.</summary>
internal static class ControlDescription
{
    private static readonly Dictionary<string, string> Summaries = new()
    {
        ["pause"] = "The pipeline's log is read no more, on all nodes, once what was read is learned and stored. Nothing is lost.",
        ["resume"] = "A pipeline that is paused is read on.",
        ["freeze"] = "Its learners, or those of one key, predict and are scored, and learn no more.",
        ["unfreeze"] = "They learn again.",
        ["checkpoint"] = "What is learned is stored now, on all nodes.",
    };

    /// <summary>Of the verb at the end of a path; null: there is none.</summary>
    internal static RouteDescription? Of(string path)
    {
        var verb = path[(path.LastIndexOf('/') + 1)..];
        return Summaries.TryGetValue(verb, out var summary)
            ? new RouteDescription(verb, summary)
            {
                Request = verb is "freeze" or "unfreeze" ? typeof(KeyBody) : null,
                IsRequestOptional = true,
                Answers = [(StatusCodes.Status200OK, "It is so.", null), (StatusCodes.Status202Accepted, "It is on its way.", null)],
                Problems =
                [
                    StatusCodes.Status400BadRequest, StatusCodes.Status403Forbidden, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict,
                    StatusCodes.Status413PayloadTooLarge, StatusCodes.Status503ServiceUnavailable,
                ],
            }
            : null;
    }
}
