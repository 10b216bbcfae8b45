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

    /// <summary>Of a frame: what is around a chunk.</summary>
    public const int MessageRest = 64 * 1024;

    /// <summary>Bytes of the answer to a chunk, at most, unless that to one example alone has more.</summary>
    private const int AnswerBytes = 1024 * 1024;

    /// <summary>The same with no more examples than the answers to them may have bytes.</summary>
    /// <param name="predictionBytes">Bytes of a prediction.</param>
    public ChunkLimits For(int predictionBytes) => this with { Records = Math.Min(Records, Math.Max(1, AnswerBytes / predictionBytes)) };

    /// <summary>Chunks of a partition that are sent and not answered, before the ingest reads on. Default 16.</summary>
    public int InFlight { get; init; } = 16;

    /// <summary>A chunk without an answer is sent again after this time, at the latest after twice this time. Default 5 s.</summary>
    public TimeSpan ResendAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Buckets that wait for nothing are asked whether they still have what they were sent, so often. Default 30 s.</summary>
    public TimeSpan ProbeEvery { get; init; } = TimeSpan.FromSeconds(30);
}
