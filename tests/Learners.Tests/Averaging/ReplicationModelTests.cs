using StreamLearn.Learners.Averaging;

namespace StreamLearn.Learners.Tests.Averaging;

/// <summary>Whatever goes wrong, the replicas have the same in common, and every contribution counts once.</summary>
public sealed class ReplicationModelTests
{
    [Theory]
    [InlineData(2, ReplicaCompression.None, 64 * 1024)]
    [InlineData(3, ReplicaCompression.None, 2048)]
    [InlineData(3, ReplicaCompression.LayerWise, 4096)]
    public void Given_crashes_repeats_and_zombies_When_all_has_settled_Then_replicas_agree_and_each_contribution_counts_once(
        int replicas, ReplicaCompression compression, int sliceBytes)
    {
        var options = new ReplicaOptions { Every = 5, Compression = compression, SliceBytes = sliceBytes, AdjustEvery = 2 };
        var (crashes, zombies, averages) = (0, 0, 0);
        for (var seed = 0; seed < 12; seed++)
        {
            var model = new ReplicationModel(replicas, options, seed);
            for (var step = 0; step < 2500; step++)
            {
                model.Step();
            }

            model.Settle();
            crashes += model.Crashes;
            zombies += model.Zombies;
            averages += model.Averages(0).Count;
            AssertSettled(model, replicas, seed);
        }

        Assert.True(crashes > 100 && zombies > 100 && averages > 200, $"{crashes} crashes, {zombies} zombies, {averages} averages");
    }

    private static void AssertSettled(ReplicationModel model, int replicas, int seed)
    {
        var live = model.Replicas();
        var slices = live[0].Exchange.Slices;
        var averages = model.Averages(0);
        for (var replica = 0; replica < replicas; replica++)
        {
            Assert.True(
                averages.Select(average => average.Encode()).SequenceEqual(model.Averages(replica).Select(average => average.Encode()), ByteArrays.Instance),
                $"seed {seed}: the logs of replicas 0 and {replica} have other averages");
            for (var slice = 0; slice < slices; slice++)
            {
                Assert.Equal(live[0].Exchange.Anchor(slice), live[replica].Exchange.Anchor(slice));
            }
        }

        for (var slice = 0; slice < slices; slice++)
        {
            var counted = averages.Where(average => average.Slice == slice).SelectMany(average => average.Members).ToArray();
            Assert.Equal(counted.Distinct().Count(), counted.Length);
            for (var replica = 0; replica < replicas; replica++)
            {
                // All that it has made, in order, but for what still waits.
                var sequences = counted.Where(member => member.Replica == replica).Select(member => member.Sequence).ToArray();
                Assert.Equal(Enumerable.Range(1, sequences.Length).Select(sequence => (long)sequence), sequences);
                Assert.InRange(live[replica].Exchange.Outstanding(slice), 0, 1);
            }
        }

        var replayed = model.Replayed();
        for (var replica = 0; replica < replicas; replica++)
        {
            Assert.Equal(live[replica].Save(), replayed[replica].Save());
        }
    }

    private sealed class ByteArrays : IEqualityComparer<byte[]>
    {
        internal static readonly ByteArrays Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => obj.Length;
    }
}
