using Akka.Event;
using Akka.TestKit.Xunit2;
using StreamLearn.Cluster.Nodes;

namespace StreamLearn.Cluster.Tests.Nodes;

public sealed class EarlyWarningsTests : TestKit
{
    [Fact]
    public async Task Given_warnings_that_come_before_the_log_when_it_is_there_then_they_come_first_and_in_order()
    {
        var seen = CreateTestProbe();
        Sys.EventStream.Subscribe(seen.Ref, typeof(Warning));
        var warnings = new EarlyWarnings();

        warnings.Warn("the spool is full {0}");
        warnings.Warn("the server is away");
        warnings.Begin(Sys.Log);
        warnings.Warn("the server is back");

        foreach (var text in (string[])["the spool is full {0}", "the server is away", "the server is back"])
        {
            Assert.Equal(text, (await seen.ExpectMsgAsync<Warning>()).Message.ToString());
        }
    }
}
