using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using StreamLearn.Actors.Pipelines;
using StreamLearn.Learners.Fleets;
using StreamLearn.Learners.Supervised;
using StreamLearn.Streams.Codecs;

namespace StreamLearn.Cli.Web.Serving;

/// <summary>What is wrong with a record of a request: the reason and field that it would have as a dead letter.</summary>
internal static class RecordProblem
{
    /// <summary>Of one that would be a dead letter.</summary>
    /// <param name="letter">The reason; its row is the record's place in the request, from 0.</param>
    internal static HttpProblemException Of(DeadLetter letter)
    {
        var field = letter.Field.Length == 0 ? "" : $", field '{letter.Field}'";
        return new HttpProblemException(
            StatusCodes.Status400BadRequest, FormattableString.Invariant($"Record {letter.Row}: {letter.Reason}{field}; expected {Expected(letter.Reason)}."),
            new JsonObject { ["record"] = letter.Row, ["reason"] = letter.Reason, ["field"] = letter.Field });
    }

    /// <summary>Of one that would be predicted, had it come now, if there were nothing in the way.</summary>
    internal static (int Status, string Detail) Of(ForesightStatus status, PipelineDefinition pipeline, SourceSchema schema) => status switch
    {
        ForesightStatus.UnknownKey => (
            StatusCodes.Status404NotFound, $"Pipeline {pipeline.Name} has no learners of this key: no record of it has come, or it has been forgotten."),
        ForesightStatus.NothingYet => (
            StatusCodes.Status409Conflict, "Nothing has been predicted for this key yet; expected records of it that have a rate."),
        ForesightStatus.TooLate => (
            StatusCodes.Status409Conflict,
            $"The record's time{(schema.Time.Length == 0 ? "" : $", field '{schema.Time}',")} is not after the last one of its key; expected a later one, in steps of the task."),
        ForesightStatus.NoRate => (
            StatusCodes.Status409Conflict, "The reading would have no rate, as the first of a counter or the first after a reset; expected a later reading."),
        ForesightStatus.NotFinite => (StatusCodes.Status400BadRequest, "A number of the record is not finite; expected finite ones."),
        _ => (StatusCodes.Status400BadRequest, "The record does not fit the task; expected one that would be predicted."),
    };

    private static string Expected(string reason) => reason switch
    {
        DeadLetterReason.Malformed => "a value in the format of the source",
        DeadLetterReason.MissingField => "the field, and not null",
        DeadLetterReason.WrongType => "the type that the source has: text or a whole number for keys, numbers for values and features",
        DeadLetterReason.NotFinite => "a finite number",
        DeadLetterReason.BadCounter => "a whole number that the counter can show",
        DeadLetterReason.BadTime => "an instant, as a number or in ISO 8601",
        DeadLetterReason.BadKey => $"1 to {DeadLetterReason.MaxKeyBytes} bytes of UTF-8",
        DeadLetterReason.TooLarge => "a record that the producer takes",
        DeadLetterReason.BadId => $"an id of 1 to {DeadLetterReason.MaxIdBytes} bytes of UTF-8",
        DeadLetterReason.NoActions => "actions",
        DeadLetterReason.NoAllowedAction => "an action that may be chosen",
        DeadLetterReason.TooManyActions => "as many actions as the task has, or fewer than the most",
        DeadLetterReason.UnknownAction => "an action of the context that may be chosen",
        DeadLetterReason.DuplicateAction => "actions with different names",
        DeadLetterReason.BadPropensity => "a probability in (0, 1]",
        DeadLetterReason.CostOutOfRange => "feedback within task.min and task.max",
        DeadLetterReason.WrongFeedback => "a reward where the task has rewards, a cost where it has costs",
        DeadLetterReason.BadLabel => $"a label of 1 to {SupervisedTask.MostLabelBytes} bytes of UTF-8",
        DeadLetterReason.TimeJump => "a time that is not so far in the future",
        _ => "a record that can be learned from",
    };
}
