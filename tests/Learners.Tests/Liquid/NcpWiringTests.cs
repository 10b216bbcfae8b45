using System.Buffers;
using FsCheck.Xunit;
using MessagePack;
using StreamLearn.Learners.Liquid;
using StreamLearn.Learners.Randomness;
using StreamLearn.Learners.State;
using StreamLearn.Learners.Tests.Networks;

namespace StreamLearn.Learners.Tests.Liquid;

public sealed class NcpWiringTests
{
    [Theory]
    [InlineData(16, 1, 9, 6, 4, 3, 6, 3)]
    [InlineData(19, 1, 11, 7, 5, 3, 7, 3)]
    [InlineData(28, 4, 15, 9, 7, 4, 9, 4)]
    [InlineData(32, 1, 19, 12, 9, 6, 12, 6)]
    [InlineData(64, 1, 38, 25, 19, 12, 25, 12)]
    [InlineData(64, 8, 34, 22, 17, 11, 22, 11)]
    public void Given_sizes_of_the_ncps_package_When_they_are_wired_Then_layers_and_fans_are_its(
        int units, int motors, int inter, int command, int sensoryFanOut, int interFanOut, int recurrent, int motorFanIn)
    {
        var wiring = NcpWiring.AutoNcp(3, units, motors);
        var (firstCommand, firstInter) = (motors, motors + command);
        Assert.Equal((inter, command, motors, units), (wiring.Inter, wiring.Command, wiring.Motors, wiring.Units));
        for (var i = 0; i < 3; i++)
        {
            // Orphans are adopted, so that a fan may be larger.
            Assert.True(Count(i, firstInter, inter, sensory: true) >= sensoryFanOut);
        }

        Assert.Equal(0, Enumerable.Range(0, 3).Sum(i => Count(i, 0, firstInter, sensory: true)));
        for (var i = firstInter; i < units; i++)
        {
            Assert.True(Count(i, firstCommand, command) >= interFanOut);
            Assert.Equal(0, Count(i, 0, motors) + Count(i, firstInter, inter));
        }

        Assert.InRange(Enumerable.Range(firstCommand, command).Sum(i => Count(i, firstCommand, command)), 1, recurrent);
        for (var j = 0; j < motors; j++)
        {
            Assert.True(Enumerable.Range(firstCommand, command).Count(i => wiring.Adjacency[(i * units) + j] != 0) >= motorFanIn);
            Assert.Equal(0, Count(j, 0, units));
        }

        int Count(int source, int first, int count, bool sensory = false)
        {
            var signs = (sensory ? wiring.SensoryAdjacency : wiring.Adjacency).Slice((source * units) + first, count);
            return signs.Length - signs.Count((sbyte)0);
        }
    }

    [Property(MaxTest = 200)]
    public void Given_any_sizes_When_they_are_wired_Then_no_neuron_is_an_orphan_and_the_seed_says_all(ulong seed)
    {
        var random = new Xoshiro256(seed);
        var motors = 1 + RandomCases.Below(random, 9);
        var (inputs, units) = (1 + RandomCases.Below(random, 9), motors + 3 + RandomCases.Below(random, 60));
        var sparsity = 0.1 + (0.9 * random.NextDouble());
        var wiring = NcpWiring.AutoNcp(inputs, units, motors, sparsity, seed);
        for (var neuron = 0; neuron < units; neuron++)
        {
            var incoming = Enumerable.Range(0, units).Any(i => wiring.Adjacency[(i * units) + neuron] != 0 && i != neuron)
                || Enumerable.Range(0, inputs).Any(i => wiring.SensoryAdjacency[(i * units) + neuron] != 0);
            Assert.True(incoming, $"{wiring}: nothing comes to {neuron}");
            Assert.True(
                neuron < motors || wiring.Adjacency.Slice(neuron * units, units).IndexOfAnyExcept((sbyte)0) >= 0,
                $"{wiring}: nothing goes from {neuron}");
        }

        Assert.Equal(wiring.Signature, NcpWiring.AutoNcp(inputs, units, motors, sparsity, seed).Signature);
        Assert.NotEqual(wiring.Signature, NcpWiring.AutoNcp(inputs, units, motors, sparsity, seed + 1).Signature);
    }

    [Fact]
    public void Given_wirings_without_layers_When_they_are_drawn_Then_synapses_and_signs_are_as_many_as_said()
    {
        var full = NcpWiring.FullyConnected(10, 50, 5);
        Assert.Equal(0, full.Adjacency.Count((sbyte)0) + full.SensoryAdjacency.Count((sbyte)0));
        Assert.InRange(full.Adjacency.Count((sbyte)1) / 2500.0, 0.62, 0.71);
        Assert.False(full.HasLayers);
        var some = NcpWiring.Random(10, 50, 5, 0.75);
        Assert.Equal((625, 125), (2500 - some.Adjacency.Count((sbyte)0), 500 - some.SensoryAdjacency.Count((sbyte)0)));
    }

    [Fact]
    public void Given_sizes_that_make_no_wiring_When_it_is_made_Then_they_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => NcpWiring.AutoNcp(0, 16, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => NcpWiring.AutoNcp(1, 16, 14));
        Assert.Throws<ArgumentOutOfRangeException>(() => NcpWiring.AutoNcp(1, 16, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => NcpWiring.AutoNcp(1, 16, 1, 0.05));
        Assert.Throws<ArgumentOutOfRangeException>(() => NcpWiring.AutoNcp(1, 16, 1, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => NcpWiring.FullyConnected(1, 3, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => NcpWiring.Random(1, 3, 1, 1));
        Assert.Throws<ArgumentException>(() => NcpWiring.Of(1, 1, [1, 2], [1, 1, 1, 1]));
        Assert.Throws<ArgumentException>(() => NcpWiring.Of(1, 1, [1, 1], [1, 1, 1]));
        Assert.Throws<ArgumentException>(() => new CfcArchitecture(NcpWiring.FullyConnected(1, 3, 1), 1));
    }

    [Fact]
    public void Given_any_wiring_When_it_is_saved_and_loaded_Then_it_is_the_same_and_damage_is_refused()
    {
        foreach (var wiring in new[] { NcpWiring.AutoNcp(3, 19, 2), NcpWiring.FullyConnected(2, 3, 3), NcpWiring.Random(1, 5, 1) })
        {
            var buffer = new ArrayBufferWriter<byte>();
            var writer = new MessagePackWriter(buffer);
            wiring.Save(ref writer);
            writer.Flush();
            var stored = buffer.WrittenSpan.ToArray();
            var loaded = Load(stored);
            Assert.Equal(wiring.Signature, loaded.Signature);
            Assert.Equal(wiring.Adjacency.ToArray(), loaded.Adjacency.ToArray());
            Assert.Equal(wiring.SensoryAdjacency.ToArray(), loaded.SensoryAdjacency.ToArray());
            Assert.Equal((wiring.Motors, wiring.Command, wiring.Inter), (loaded.Motors, loaded.Command, loaded.Inter));
            stored[^1] = 5;
            Assert.Throws<StateFormatException>(() => Load(stored));
            Assert.Throws<StateFormatException>(() => Load(stored[..^1]));
        }
    }

    private static NcpWiring Load(byte[] stored)
    {
        var reader = new MessagePackReader(stored);
        return NcpWiring.Load(ref reader);
    }
}
