using System.Buffers;
using MessagePack;
using StreamLearn.Learners.Bandits.Regression;
using StreamLearn.Learners.Randomness;

namespace StreamLearn.Learners.Tests.Bandits.Regression;

public sealed class ReplayMemoryTests
{
    [Fact]
    public void Given_more_rounds_than_there_is_room_for_When_they_are_added_Then_the_oldest_make_room()
    {
        var memory = new ReplayMemory(3, 2, 5);
        for (var round = 0; round < 5; round++)
        {
            memory.Add([round], [-round], round, round / 4f);
        }

        Assert.Equal(3, memory.Count);
        Assert.Equal([3f, -3f], memory.Features(0).ToArray());
        Assert.Equal([4f, -4f], memory.Features(1).ToArray());
        Assert.Equal([2f, -2f], memory.Features(2).ToArray());
        Assert.Equal((3, 0.75f), (memory.Block(0), memory.Cost(0)));
    }

    [Fact]
    public void Given_remembered_rounds_When_many_are_drawn_Then_all_are_alike()
    {
        var memory = new ReplayMemory(10, 1, 1);
        for (var round = 0; round < 7; round++)
        {
            memory.Add([round], [], 0, 0);
        }

        var counts = new int[7];
        var random = new Xoshiro256(3);
        for (var draw = 0; draw < 70_000; draw++)
        {
            counts[memory.Draw(random)]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 9500, 10_500));
    }

    [Fact]
    public void Given_a_stored_memory_When_it_is_loaded_Then_it_goes_on_where_it_was()
    {
        var memory = new ReplayMemory(3, 1, 5);
        for (var round = 0; round < 4; round++)
        {
            memory.Add([round], [], round, 0.5f);
        }

        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        memory.Save(ref writer);
        writer.Flush();
        var copy = new ReplayMemory(3, 1, 5);
        var reader = new MessagePackReader(buffer.WrittenMemory);
        copy.Load(ref reader);
        copy.Add([9], [], 1, 1);
        memory.Add([9], [], 1, 1);

        for (var round = 0; round < 3; round++)
        {
            Assert.Equal(memory.Features(round).ToArray(), copy.Features(round).ToArray());
            Assert.Equal((memory.Block(round), memory.Cost(round)), (copy.Block(round), copy.Cost(round)));
        }
    }
}
