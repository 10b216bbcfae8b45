using System.Diagnostics;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka.Embedded;

/// <summary>
/// A Kafka cluster inside this process, for demos and tests: librdkafka's mock cluster, which comes with Confluent.Kafka. It speaks
/// Kafka's protocol over TCP on 127.0.0.1, so that any client can use it, and it can be made to fail on demand.
/// </summary>
/// <remarks>
/// <para>Thread-safe. Clients should be closed before the cluster is disposed of; others see it as a cluster whose brokers died. Members
/// return when the cluster has obeyed.</para>
/// <para>What it does not do, as of librdkafka 2.16:</para>
/// <list type="bullet">
/// <item>Everything is in memory. A partition keeps its newest 5 MiB of record batches and at most 100,000 batches; whole batches go, and
/// the partition's start moves. With values of 100 bytes that is some 45,000 records. Batches count as they were sent, so a compressing
/// producer has far more of them kept. The limits cannot be set.</item>
/// <item>Ports are chosen by the operating system and cannot be set; a broker that comes up again keeps its own.</item>
/// <item>Topics are made by <see cref="CreateTopic"/>, or with 4 partitions when first asked for. An admin client's CreateTopics,
/// DeleteTopics and DescribeTopics wait for a controller until they time out; its ListConsumerGroups crashes the asking process.</item>
/// <item>OffsetsForTimes answers the end, whatever the time.</item>
/// <item>Transactions are accepted, but are not isolated: read-committed readers see open and aborted ones, and a fenced (zombie)
/// producer is not stopped. The offsets that a transaction commits are forgotten.</item>
/// <item>OffsetCommit is refused while a group rebalances, where a real broker takes it.</item>
/// <item>A rebalance waits for the members' session.timeout.ms less a second even when all are there, also after the last one has left;
/// only a new group is quick. The members of a group must all prefer the same assignor, or librdkafka's assertion ends this process.</item>
/// <item>ACLs, quotas, TLS and SASL are missing; replication is in name only: when a broker is down its partitions have no other leader
/// until <see cref="SetPartitionLeader"/> names one.</item>
/// </list>
/// </remarks>
/// <example> <code> using var kafka = EmbeddedKafka.Start(); kafka.CreateTopic("link-load", partitions: 3); var config = new ProducerConfig
/// { BootstrapServers = kafka.BootstrapServers }; using var producer = new ProducerBuilder&lt;string, string&gt;(config).Build();
/// </code>
/// </example>
public sealed class EmbeddedKafka : IDisposable
{
    private const int MaximumBrokers = 100;
    private const int MaximumPartitions = 10_000;
    private const int MaximumTopicLength = 249;
    private const int MaximumReplicationFactor = 3;

    // A real broker's 3 s wait for more members would be most of a test's time.
    private static readonly TimeSpan QuickRebalance = TimeSpan.FromMilliseconds(100);

    // The cluster's thread answers a command before it clears its wake-up, and so sleeps through a command sent in between until
    // its next round, up to a second later.
    private static readonly TimeSpan BetweenCommands = TimeSpan.FromMilliseconds(1);

    private readonly Lock gate = new();
    private readonly MockClusterHandle cluster;
    private readonly string bootstrapServers;
    private readonly int brokers;
    private long answered;
    private bool disposed;

    private EmbeddedKafka(MockClusterHandle cluster, int brokers)
    {
        this.cluster = cluster;
        this.brokers = brokers;
        bootstrapServers = Marshal.PtrToStringUTF8(LibrdkafkaMock.BootstrapServers(cluster)) ?? "";
    }

    /// <summary>The brokers' addresses, <c>127.0.0.1:port</c> with commas between.</summary>
    public string BootstrapServers
    {
        get
        {
            lock (gate)
            {
                ObjectDisposedException.ThrowIf(disposed, this);
                return bootstrapServers;
            }
        }
    }

    /// <summary>
    /// Starts a cluster; its brokers accept connections when this returns. Their ids are 1 to <paramref name="brokers"/>.
    /// </summary>
    /// <param name="brokers">How many, 1 to 100.</param>
    /// <param name="groupInitialRebalanceDelay">See <see cref="SetGroupInitialRebalanceDelay"/>; 100 ms by default.</param>
    /// <exception cref="EmbeddedKafkaException">No port could be opened.</exception>
    public static EmbeddedKafka Start(int brokers = 1, TimeSpan? groupInitialRebalanceDelay = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(brokers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(brokers, MaximumBrokers);
        var delay = Milliseconds(groupInitialRebalanceDelay ?? QuickRebalance, nameof(groupInitialRebalanceDelay));

        var cluster = MockClusterHandle.Create(brokers);
        LibrdkafkaMock.SetGroupInitialRebalanceDelay(cluster, delay);
        return new EmbeddedKafka(cluster, brokers);
    }

    /// <summary>Creates a topic.</summary>
    /// <param name="topic">1 to 249 of the characters a-z, A-Z, 0-9, dot, underscore and hyphen.</param>
    /// <param name="partitions">How many, 1 to 10,000.</param>
    /// <exception cref="EmbeddedKafkaException">The topic exists.</exception>
    public void CreateTopic(string topic, int partitions)
    {
        CheckTopic(topic);
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(partitions, MaximumPartitions);
        Command(
            $"Creating topic '{topic}'",
            () => LibrdkafkaMock.CreateTopic(cluster, topic, partitions, Math.Min(brokers, MaximumReplicationFactor)));
    }

    /// <summary>Closes a broker's connections and refuses new ones; its partitions keep it as their leader.</summary>
    public void BrokerDown(int id)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(id, 1);
        Command($"Taking broker {id} down", () => LibrdkafkaMock.SetBrokerDown(cluster, id));
    }

    /// <summary>Lets a broker accept connections again, on the port it had. Its records are still there.</summary>
    public void BrokerUp(int id)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(id, 1);
        Command($"Bringing broker {id} up", () => LibrdkafkaMock.SetBrokerUp(cluster, id));
    }

    /// <summary>Delays a broker's answers; zero ends it.</summary>
    /// <param name="brokerId">The broker's id, from 1.</param>
    /// <param name="roundTripTime">Whole milliseconds; the default is zero.</param>
    public void SetRoundTripTime(int brokerId, TimeSpan roundTripTime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(brokerId, 1);
        var milliseconds = Milliseconds(roundTripTime, nameof(roundTripTime));
        Command(
            $"Setting the round-trip time of broker {brokerId}",
            () => LibrdkafkaMock.SetBrokerRoundTripTime(cluster, brokerId, milliseconds));
    }

    /// <summary>
    /// Answers the next requests of this type, to any broker, with these errors, one each and in this order.
    /// <see cref="ErrorCode.Local_Transport"/> closes the connection instead.
    /// </summary>
    public void PushRequestErrors(KafkaRequest apiKey, params ReadOnlySpan<ErrorCode> errors)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            LibrdkafkaMock.PushRequestErrors(cluster, (short)apiKey, (nuint)errors.Length, errors);
        }
    }

    /// <summary>Forgets the errors of this type that have not been answered yet.</summary>
    public void ClearRequestErrors(KafkaRequest apiKey)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            LibrdkafkaMock.ClearRequestErrors(cluster, (short)apiKey);
        }
    }

    /// <summary>
    /// The error that metadata shows for a topic, until set to <see cref="ErrorCode.NoError"/>. A topic that does not exist is created
    /// with 4 partitions.
    /// </summary>
    public void SetTopicError(string topic, ErrorCode error)
    {
        CheckTopic(topic);
        Command($"Setting the error of topic '{topic}'", () =>
        {
            LibrdkafkaMock.SetTopicError(cluster, topic, error);
            return ErrorCode.NoError;
        });
    }

    /// <summary>
    /// Makes a broker the leader of a partition; its clients learn it from metadata. A topic that does not exist is created, with just
    /// enough partitions.
    /// </summary>
    /// <param name="topic">The topic.</param>
    /// <param name="partition">The partition, from 0.</param>
    /// <param name="brokerId">The broker's id, or null for none.</param>
    /// <exception cref="EmbeddedKafkaException">There is no such partition or broker.</exception>
    public void SetPartitionLeader(string topic, int partition, int? brokerId)
    {
        CheckPartition(topic, partition);
        if (brokerId is { } id)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(id, 1, nameof(brokerId));
        }
        Command(
            $"Making {(brokerId is null ? "nobody" : $"broker {brokerId}")} the leader of {topic}[{partition}]",
            () => LibrdkafkaMock.SetPartitionLeader(cluster, topic, partition, brokerId ?? -1));
    }

    /// <summary>
    /// Moves a partition's start to an offset, as retention does; whole batches before it go, and what remains of the batch that holds it
    /// is still sent but skipped by clients.
    /// </summary>
    /// <exception cref="EmbeddedKafkaException">There is no such partition, or the offset is behind its end.</exception>
    public void DeleteRecordsBefore(string topic, int partition, long offset)
    {
        CheckPartition(topic, partition);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        Command(
            $"Deleting the records of {topic}[{partition}] before offset {offset}",
            () => LibrdkafkaMock.DeleteRecords(cluster, topic, partition, offset));
    }

    /// <summary>
    /// How long the first member of a new group is kept waiting for others, as <c>group.initial.rebalance.delay.ms</c> of a real broker.
    /// </summary>
    public void SetGroupInitialRebalanceDelay(TimeSpan delay)
    {
        var milliseconds = Milliseconds(delay, nameof(delay));
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            LibrdkafkaMock.SetGroupInitialRebalanceDelay(cluster, milliseconds);
        }
    }

    /// <summary>Stops the cluster and forgets its records. May be called again.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (disposed)
            {
                return;
            }
            disposed = true;
            AwaitNextCommand();
            cluster.Dispose();
        }
    }

    // librdkafka takes any name and number, and crashes on some.
    private static void CheckTopic(string topic)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        if (topic.Length > MaximumTopicLength
            || topic is "." or ".."
            || !topic.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-'))
        {
            throw new ArgumentException(
                $"'{topic}' is no topic name: expected 1 to {MaximumTopicLength} of a-z, A-Z, 0-9, '.', '_' and '-'.", nameof(topic));
        }
    }

    private static void CheckPartition(string topic, int partition)
    {
        CheckTopic(topic);
        ArgumentOutOfRangeException.ThrowIfNegative(partition);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(partition, MaximumPartitions);
    }

    private static int Milliseconds(TimeSpan time, string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, parameter);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(time, TimeSpan.FromMilliseconds(int.MaxValue), parameter);
        return (int)time.TotalMilliseconds;
    }

    private void Command(string attempt, Func<ErrorCode> command)
    {
        ErrorCode code;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            AwaitNextCommand();
            code = command();
            answered = Stopwatch.GetTimestamp();
        }
        if (code != ErrorCode.NoError)
        {
            throw new EmbeddedKafkaException(attempt, code.GetReason(), code);
        }
    }

    private void AwaitNextCommand() => SpinWait.SpinUntil(() => Stopwatch.GetElapsedTime(answered) >= BetweenCommands);
}
