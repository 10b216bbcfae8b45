using StreamLearn.Learners.Fleets;

namespace StreamLearn.Actors.Pipelines;

/// <summary>Bounds of the chunks that an ingest sends.</summary>
public sealed record ChunkLimits
{
    /// <summary>Examples in a chunk, at most. Default 512.</summary>
    public int Records { get; init; } = 512;

    /// <summary>Records in a batch that chunks are cut from, at most. Default 512.</summary>
    public int BatchRecords { get; init; } = 512;

    /// <summary>Bytes of a chunk, at most, unless one example alone has more. Default 64 KiB.</summary>
    public int Bytes { get; init; } = 64 * 1024;

    /// <summary>Bytes of a message between nodes, at most; of them <see cref="MessageRest"/> are for what is around a chunk. Default 8 MiB.</summary>
    public int FrameBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Of a frame: what is around a chunk, its answer or a report.</summary>
    public const int MessageRest = 64 * 1024;

    // A frame may be so large that an answer which fills it is one that nobody wants to wait for.
    private const int MostAnswerBytes = 1024 * 1024;

    /// <summary>Bytes that a chunk, its answer or a report may have: more is dropped on its way, however often it is sent.</summary>
    public int MessageBytes => FrameBytes - MessageRest;

    /// <summary>Bytes that the answers to the examples of a chunk may have together, unless that to one example alone has more.</summary>
    /// <param name="plan">Says what an answer holds besides.</param>
    public int AnswerBytes(LearnerPlan plan) => (int)Math.Clamp(MessageBytes - plan.BesideAnswers(Records), 1, MostAnswerBytes);

    /// <summary>Chunks of a partition that are sent and not answered, before the ingest reads on. Default 16.</summary>
    public int InFlight { get; init; } = 16;

    /// <summary>A chunk without an answer is sent again after this time, at the latest after twice this time. Default 5 s.</summary>
    public TimeSpan ResendAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Buckets that wait for nothing are asked whether they still have what they were sent, so often. Default 30 s.</summary>
    public TimeSpan ProbeEvery { get; init; } = TimeSpan.FromSeconds(30);
}
