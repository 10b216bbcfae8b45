namespace StreamLearn.Streams.Influx.Sending;

/// <summary>Reads answers.</summary>
internal static class WriteAnswers
{
    /// <param name="status">Status of the answer.</param>
    /// <param name="isEmpty">Whether it has no text. InfluxDB and VictoriaMetrics answer 204; a 200 with a text is a page of somebody else, a login for one.</param>
    internal static WriteAnswer Of(int status, bool isEmpty) => status switch
    {
        204 => WriteAnswer.Written,
        200 when isEmpty => WriteAnswer.Written,
        408 or 425 or 429 or >= 500 => WriteAnswer.Away,
        400 or 422 => WriteAnswer.Rejected,
        413 => WriteAnswer.TooLarge,
        _ => WriteAnswer.Refused,
    };
}
