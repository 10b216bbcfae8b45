using System.Net;

namespace StreamLearn.Streams.Influx.Sending;

/// <summary>Reads the status of answers.</summary>
internal static class WriteAnswers
{
    internal static WriteAnswer Of(HttpStatusCode status) => (int)status switch
    {
        >= 200 and < 300 => WriteAnswer.Written,
        408 or 425 or 429 or >= 500 => WriteAnswer.Away,
        400 or 422 => WriteAnswer.Rejected,
        413 => WriteAnswer.TooLarge,
        _ => WriteAnswer.Refused,
    };
}
