using System.Runtime.InteropServices;
using Confluent.Kafka;
using Microsoft.Win32.SafeHandles;

namespace StreamLearn.Streams.Kafka.Embedded;

/// <summary>
/// Owns a mock cluster and the client it keeps its books in. A forgotten one is released by its finaliser.
/// </summary>
internal sealed class MockClusterHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private const int ErrorTextSize = 512;
    private nint client;

    /// <summary>An empty handle, as safe handles must offer; <see cref="Create"/> is the way to a cluster.</summary>
    public MockClusterHandle() : base(ownsHandle: true)
    {
    }

    /// <summary>Starts a cluster whose brokers listen before this returns.</summary>
    public static MockClusterHandle Create(int brokers)
    {
        var created = new MockClusterHandle { client = NewSilentClient() };
        created.SetHandle(LibrdkafkaMock.NewCluster(created.client, brokers));
        if (created.IsInvalid)
        {
            // An invalid handle is never released, so its client must be here.
            LibrdkafkaMock.DestroyClient(created.client);
            created.Dispose();
            throw new EmbeddedKafkaException(
                $"Starting an embedded Kafka with {brokers} broker(s)", "no listening socket on 127.0.0.1", ErrorCode.Local_Fail);
        }
        return created;
    }

    protected override bool ReleaseHandle()
    {
        // In this order: the cluster's thread uses the client until it has ended.
        LibrdkafkaMock.DestroyCluster(handle);
        LibrdkafkaMock.DestroyClient(client);
        return true;
    }

    private static unsafe nint NewSilentClient()
    {
        var configuration = LibrdkafkaMock.NewConfiguration();
        // The default writes to standard error, which belongs to the program's users.
        LibrdkafkaMock.SetLogCallback(configuration, nint.Zero);
        var errorText = stackalloc byte[ErrorTextSize];
        var client = LibrdkafkaMock.NewClient(LibrdkafkaMock.Producer, configuration, errorText, ErrorTextSize);
        if (client == nint.Zero)
        {
            LibrdkafkaMock.DestroyConfiguration(configuration);
            throw new EmbeddedKafkaException(
                "Creating the client of an embedded Kafka", Marshal.PtrToStringUTF8((nint)errorText) ?? "", ErrorCode.Local_Fail);
        }
        return client;
    }
}
