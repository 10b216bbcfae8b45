using Microsoft.AspNetCore.Http;
using StreamLearn.Cluster.Control;

namespace StreamLearn.Cli.Web.Documents;

/// <summary>What the document says of the verbs of operators, <c>POST /v1/pipelines/{name}/VERB</c>.</summary>
internal static class ControlDescription
{
    internal static RouteDescription Of(string verb) => ControlRoutes.TakesKey(verb)
        ? new RouteDescription(verb, SummaryOf(verb))
        {
            Request = typeof(KeyBody),
            IsRequestOptional = true,
            Answers = [(StatusCodes.Status202Accepted, "It is written into the log; learners hear it when they come to it.", typeof(FreezeReport))],
            Problems = Problems,
        }
        : new RouteDescription(verb, SummaryOf(verb))
        {
            Answers =
            [
                (StatusCodes.Status200OK, "It is so, on all nodes.", typeof(CheckpointReport)),
                (StatusCodes.Status202Accepted, "Some of it is still to come; waiting says what.", typeof(CheckpointReport)),
            ],
            Problems = Problems,
        };

    private static int[] Problems =>
        [.. RouteDescription.BodyProblems, StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status503ServiceUnavailable];

    private static string SummaryOf(string verb) => verb switch
    {
        ControlRoutes.Pause => "The pipeline's log is read no more, on all nodes, once what was read is learned and stored. Nothing is lost.",
        ControlRoutes.Resume => "A pipeline that is paused is read on.",
        ControlRoutes.Freeze => "Its learners, or those of one key, predict and are scored, and learn no more.",
        ControlRoutes.Unfreeze => "They learn again.",
        _ => "What is learned is stored now, on all nodes.",
    };
}
