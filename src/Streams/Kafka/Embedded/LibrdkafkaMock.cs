using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace StreamLearn.Streams.Kafka.Embedded;

/// <summary>
/// The functions of <c>rdkafka_mock.h</c> (and the few of <c>rdkafka.h</c> that a mock cluster needs), bound to the very library
/// that Confluent.Kafka runs on.
/// </summary>
/// <remarks>
/// The header's variadic functions are left out: P/Invoke cannot call them portably. All of these may be called from any thread:
/// the cluster has one of its own and takes them as messages or under its lock.
/// </remarks>
internal static partial class LibrdkafkaMock
{
    /// <summary><c>RD_KAFKA_PRODUCER</c>: the cheaper of the two kinds of client; the cluster only keeps its books in it.</summary>
    public const int Producer = 0;

    private const string LibraryName = "StreamLearn.librdkafka";

    static LibrdkafkaMock() => NativeLibrary.SetDllImportResolver(typeof(LibrdkafkaMock).Assembly, Resolve);

    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_conf_new")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial nint NewConfiguration();

    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_conf_destroy")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void DestroyConfiguration(nint configuration);

    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_conf_set_log_cb")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void SetLogCallback(nint configuration, nint callback);

    /// <summary>Takes the configuration over if it succeeds, and only then.</summary>
    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_new")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static unsafe partial nint NewClient(int type, nint configuration, byte* errorText, nuint errorTextSize);

    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_destroy")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void DestroyClient(nint client);

    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_mock_cluster_new")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial nint NewCluster(nint client, int brokers);

    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void DestroyCluster(nint cluster);

    /// <summary>UTF-8 text that belongs to the cluster.</summary>
    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial nint BootstrapServers(MockClusterHandle cluster);

    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial ErrorCode CreateTopic(MockClusterHandle cluster, string topic, int partitions, int replicationFactor);

    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_mock_topic_set_error", StringMarshalling = StringMarshalling.Utf8)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void SetTopicError(MockClusterHandle cluster, string topic, ErrorCode error);

    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_mock_partition_set_leader", StringMarshalling = StringMarshalling.Utf8)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial ErrorCode SetPartitionLeader(MockClusterHandle cluster, string topic, int partition, int broker);

    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_mock_partition_delete_records", StringMarshalling = StringMarshalling.Utf8)]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial ErrorCode DeleteRecords(MockClusterHandle cluster, string topic, int partition, long beforeOffset);

    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_mock_broker_set_down")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial ErrorCode SetBrokerDown(MockClusterHandle cluster, int broker);

    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_mock_broker_set_up")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial ErrorCode SetBrokerUp(MockClusterHandle cluster, int broker);

    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_mock_broker_set_rtt")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial ErrorCode SetBrokerRoundTripTime(MockClusterHandle cluster, int broker, int milliseconds);

    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_mock_push_request_errors_array")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void PushRequestErrors(MockClusterHandle cluster, short apiKey, nuint count, ReadOnlySpan<ErrorCode> errors);

    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_mock_clear_request_errors")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void ClearRequestErrors(MockClusterHandle cluster, short apiKey);

    [LibraryImport(LibraryName, EntryPoint = "rd_kafka_mock_group_initial_rebalance_delay_ms")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    public static partial void SetGroupInitialRebalanceDelay(MockClusterHandle cluster, int milliseconds);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) =>
        name == LibraryName ? LoadedLibrdkafka.Find() : nint.Zero;
}
