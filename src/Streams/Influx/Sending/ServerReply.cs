namespace StreamLearn.Streams.Influx.Sending;

/// <summary>What a server has said to one request, or that it has not said anything.</summary>
/// <param name="Answer">What it means.</param>
/// <param name="Status">Its status; null: there was no answer.</param>
/// <param name="Words">Its text, or why there was none.</param>
/// <param name="Asked">The wait that it asks for; null: none.</param>
/// <param name="IsReached">Whether there was a connection.</param>
internal sealed record ServerReply(WriteAnswer Answer, int? Status, string Words, TimeSpan? Asked = null, bool IsReached = true)
{
    private const int TooEarly = 425;
    private const int TooManyRequests = 429;

    /// <summary>Whether it says something about the lines of the request: the server is there, and takes some.</summary>
    internal bool IsAboutLines => Answer is WriteAnswer.Written or WriteAnswer.Rejected or WriteAnswer.TooLarge;

    /// <summary>Whether the lines may be why: a server that closes a connection before it has read all of a large request, or that fails over one line.</summary>
    internal bool MayBeForTheLines => Answer == WriteAnswer.Away && IsReached && Status is not (TooEarly or TooManyRequests);
}
