using StreamLearn.Learners.Averaging;

namespace StreamLearn.Learners.Tests.Averaging;

/// <summary>A replica of a <see cref="DriftingVector"/>.</summary>
internal sealed class ReplicaUnderTest
{
    internal static readonly (string, int[])[] Blocks = [("a", [40, 30]), ("b", [30]), ("c", [30, 20])];

    internal ReplicaUnderTest(ReplicaOptions options, int replica)
    {
        Options = options;
        Replica = replica;
        Learner = new DriftingVector(Blocks);
        Exchange = new ReplicaExchange(options, replica, Learner);
    }

    internal ReplicaOptions Options { get; }

    internal int Replica { get; }

    internal DriftingVector Learner { get; }

    internal ReplicaExchange Exchange { get; }

    internal byte[]? Learn(long record)
    {
        Learner.Learn(record);
        return Exchange.AfterRecord();
    }

    /// <summary>Learns until it contributes.</summary>
    internal byte[] Contribute(ref long record)
    {
        while (true)
        {
            if (Learn(record++) is { } contribution)
            {
                return contribution;
            }
        }
    }

    internal byte[] Save() => Learner.Save(Exchange);

    internal ReplicaUnderTest Load(byte[] state)
    {
        Learner.Load(state, Exchange);
        return this;
    }
}
