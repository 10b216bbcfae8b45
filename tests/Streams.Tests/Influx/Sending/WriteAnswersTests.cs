using StreamLearn.Streams.Influx;
using StreamLearn.Streams.Influx.Sending;
using StreamLearn.Streams.Tests.Influx.Servers;

namespace StreamLearn.Streams.Tests.Influx.Sending;

public sealed class WriteAnswersTests
{
    [Theory]
    [InlineData(204, true, WriteAnswer.Written)]
    [InlineData(200, true, WriteAnswer.Written)]
    [InlineData(200, false, WriteAnswer.Refused)]
    [InlineData(201, true, WriteAnswer.Refused)]
    [InlineData(202, true, WriteAnswer.Refused)]
    [InlineData(302, true, WriteAnswer.Refused)]
    [InlineData(400, true, WriteAnswer.Rejected)]
    [InlineData(401, true, WriteAnswer.Refused)]
    [InlineData(408, true, WriteAnswer.Away)]
    [InlineData(413, true, WriteAnswer.TooLarge)]
    [InlineData(422, false, WriteAnswer.Rejected)]
    [InlineData(425, true, WriteAnswer.Away)]
    [InlineData(429, false, WriteAnswer.Away)]
    [InlineData(500, false, WriteAnswer.Away)]
    [InlineData(599, true, WriteAnswer.Away)]
    internal void Given_a_status_When_it_is_read_Then_it_means_this(int status, bool isEmpty, WriteAnswer expected) =>
        Assert.Equal(expected, WriteAnswers.Of(status, isEmpty));

    [Theory]
    [InlineData(200, "<html>Log in</html>")]
    [InlineData(202, "")]
    [InlineData(203, "{}")]
    public async Task Given_a_page_in_place_of_the_server_When_it_answers_with_success_Then_nothing_is_taken_for_written_and_it_waits_with_a_hint(int status, string page)
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = _ => new FakeAnswer(status, page);
        await using var world = new ExporterWorld(server.Url);

        world.Write(0, 20);
        await world.UntilAsync(() => world.Statistics.Retries > 1 && world.Statistics.SpooledPoints == 20, "being refused");
        Assert.Equal(0, world.Statistics.Written);
        var said = page.Length > 0 ? $" ({page})" : "";
        Assert.Contains($"answers {status}{said}; expected a server with /api/v2/write", Assert.Single(world.Warnings), StringComparison.Ordinal);

        server.Answer = _ => FakeAnswer.Ok;
        await world.UntilAsync(() => world.Statistics.Written == 20, "writing");
        Assert.Equal(ExporterWorld.Lines(0, 20), server.Written);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public async Task Given_a_server_that_answers_200_When_it_says_nothing_Then_the_lines_are_written(string nothing)
    {
        await using var server = await FakeInflux.StartedAsync();
        server.Answer = _ => new FakeAnswer(200, nothing);
        await using var world = new ExporterWorld(server.Url);

        world.Write(0, 20);
        await world.UntilAsync(() => world.Statistics.Written == 20, "writing");
    }
}
