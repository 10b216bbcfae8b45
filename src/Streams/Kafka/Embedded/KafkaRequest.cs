namespace StreamLearn.Streams.Kafka.Embedded;

/// <summary>The Kafka protocol's request types that a client of ours sends; the values are the protocol's API keys.</summary>
public enum KafkaRequest
{
    /// <summary>Append records.</summary>
    Produce = 0,

    /// <summary>Read records.</summary>
    Fetch = 1,

    /// <summary>Ask for a partition's first or next offset.</summary>
    ListOffsets = 2,

    /// <summary>Ask for brokers, topics, partitions and leaders.</summary>
    Metadata = 3,

    /// <summary>Store a group's offsets.</summary>
    OffsetCommit = 8,

    /// <summary>Read a group's offsets.</summary>
    OffsetFetch = 9,

    /// <summary>Ask which broker coordinates a group or a transactional id.</summary>
    FindCoordinator = 10,

    /// <summary>Enter a group, or its next generation.</summary>
    JoinGroup = 11,

    /// <summary>Stay in a group.</summary>
    Heartbeat = 12,

    /// <summary>Leave a group.</summary>
    LeaveGroup = 13,

    /// <summary>Hand out, or get, a generation's assignment.</summary>
    SyncGroup = 14,

    /// <summary>Get a producer id and epoch, which fences the transactional id's older producers.</summary>
    InitProducerId = 22,

    /// <summary>Add partitions to a transaction.</summary>
    AddPartitionsToTxn = 24,

    /// <summary>Add a group's offsets to a transaction.</summary>
    AddOffsetsToTxn = 25,

    /// <summary>Commit or abort a transaction.</summary>
    EndTxn = 26,

    /// <summary>Store a group's offsets as part of a transaction.</summary>
    TxnOffsetCommit = 28,
}
