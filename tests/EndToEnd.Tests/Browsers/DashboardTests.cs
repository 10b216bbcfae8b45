using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using StreamLearn.Cli.Web;
using StreamLearn.Cluster.Configuration;
using StreamLearn.Cluster.Watching;
using StreamLearn.EndToEnd.Tests.Nodes;
using StreamLearn.EndToEnd.Tests.Programs;
using StreamLearn.Streams.Kafka;

namespace StreamLearn.EndToEnd.Tests.Browsers;

/// <summary>The dashboard in a real browser.</summary>
[Collection(WholeClusters.Name)]
public sealed class DashboardTests
{
    private const string Token = "dragon-fruit+7";

    // Markup that would run, quotes of all kinds, signs of other scripts and beyond the first plane, one that turns the direction of writing.
    private const string Markup = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script> '\"`${1} &amp; ü 漢 🚀 \u202e";

    [BrowserFact]
    public async Task Given_the_demo_when_a_cable_fails_then_the_page_marks_its_links_lists_what_detectors_found_and_draws_values_and_forecasts()
    {
        var screenshot = Environment.GetEnvironmentVariable("STREAMLEARN_SCREENSHOT");
        await using var demo = StreamLearnProcess.Start("demo", "--duration", screenshot is null ? "8s" : "45s", "--web", "--json", "--set", "node.http.port=0");
        var address = new Uri((await demo.LineWithAsync("dashboard at ")).Split("dashboard at ")[1].Trim());
        await using var browser = await TestBrowser.StartAsync();
        var page = browser.Page;

        await page.GotoAsync(address.ToString());

        // A row for each link, those of the failed cable first; the rest of the page goes by the pipeline.
        var down = page.Locator("#keys tbody tr.status-down");
        await Assertions.Expect(down).ToHaveCountAsync(2, new() { Timeout = 60_000 });
        await Assertions.Expect(page.Locator("#keys tbody tr")).ToHaveCountAsync(30);
        Assert.Equal(["IPLSng>KSCYng", "KSCYng>IPLSng"], (await down.Locator(".label").AllTextContentsAsync()).Order(StringComparer.Ordinal));
        await Assertions.Expect(page.Locator("#connection")).ToHaveTextAsync("live");
        await Assertions.Expect(page.Locator("#ready")).ToHaveTextAsync("ready");
        await Assertions.Expect(page.Locator("#pipelines button[aria-pressed=true]")).ToContainTextAsync("link-load");
        await Assertions.Expect(page.Locator("#events li[data-kind=drift]").First).ToBeVisibleAsync(new() { Timeout = 60_000 });

        // A click on what a detector found shows its key.
        var drift = page.Locator("#events li[data-kind=drift]").First;
        var key = await drift.Locator(".what").TextContentAsync();
        await drift.ClickAsync();
        await Assertions.Expect(page.Locator("#key-name")).ToHaveTextAsync(key!);
        await PointsAsync(page, "#key-chart", 20);
        await PointsAsync(page, "#scores-chart", 4);
        await PointsAsync(page, "#flow-chart", 4);
        foreach (var horizon in (string[])["+15 min", "+1 h"])
        {
            await page.Locator("#horizons button", new() { HasText = horizon }).ClickAsync();
            await Assertions.Expect(page.Locator("#keys thead")).ToContainTextAsync(horizon);
        }

        // A link that is down has its chart too, and the search finds it.
        await page.Locator("#search").FillAsync("kscyng>ipls");
        await Assertions.Expect(page.Locator("#keys tbody tr")).ToHaveCountAsync(1);
        await page.Locator("#keys tbody tr").ClickAsync();
        await Assertions.Expect(page.Locator("#key-status")).ToHaveTextAsync("down");
        await PointsAsync(page, "#key-chart", 20);
        if (screenshot is not null)
        {
            await page.Locator("#search").FillAsync("");
            await page.Locator("#horizons button", new() { HasText = "+15 min" }).ClickAsync();
            await page.Locator("#keys tbody tr", new() { HasText = "KSCYng>IPLSng" }).ClickAsync();
            await Assertions.Expect(page.Locator("#keys tbody tr")).ToHaveCountAsync(30);
            await page.ScreenshotAsync(new() { Path = screenshot });
        }

        browser.AssertWellBehaved(address.Authority);
        await demo.LineWithAsync("until Ctrl-C");
        await Assertions.Expect(page.Locator("#connection")).ToHaveTextAsync("live");
        demo.Interrupt();
        var ended = await demo.EndAsync();
        Assert.True(ended.ExitCode == 130, $"{ended}");
        Assert.Equal("link-load", ended.Json.GetProperty("pipeline").GetString());
        await Assertions.Expect(page.Locator("#connection")).ToContainTextAsync("does not answer");
    }

    [BrowserFact]
    public async Task Given_a_node_that_others_can_reach_when_the_page_is_opened_then_it_asks_for_the_token_and_keys_with_markup_are_text()
    {
        var variable = $"STREAMLEARN_TEST_{Guid.NewGuid():N}";
        Environment.SetEnvironmentVariable(variable, Token);
        await using var world = await NodeWorld.StartAsync("metrics.every=200ms");
        var config = world.Config with { Node = world.Config.Node with { Http = new HttpSettings(true, "0.0.0.0", 0, variable) } };
        var watch = new NodeWatch(TimeProvider.System);
        watch.Begin(world.Node);
        await using var web = await NodeWebServer.StartAsync(config, world.Health, watch);
        await world.ProduceAsync(100);
        await ProduceMarkupAsync(world, 30);
        await world.AnsweredAsync(130);
        var address = new UriBuilder("http", "127.0.0.1", web.Address.Port).Uri;
        await using var browser = await TestBrowser.StartAsync(900, 700);
        var page = browser.Page;

        await page.GotoAsync(address.ToString());
        await Assertions.Expect(page.Locator("#token-dialog")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("#keys tbody tr")).ToHaveCountAsync(0);
        await page.Locator("#token").FillAsync("not the token");
        await page.Locator("#token-form button").ClickAsync();
        await Assertions.Expect(page.Locator("#token-problem")).ToContainTextAsync("not the token of this node");
        await page.Locator("#token").FillAsync(Token);
        await page.Locator("#token").PressAsync("Enter");

        await Assertions.Expect(page.Locator("#keys tbody tr")).ToHaveCountAsync(SampleRecords.Keys + 1);
        await Assertions.Expect(page.Locator("#token-dialog")).ToBeHiddenAsync();
        await page.Locator("#keys tbody tr").Nth(0).ClickAsync();
        await Assertions.Expect(page.Locator("#key-name")).ToHaveTextAsync(Markup, new() { UseInnerText = false });
        await PointsAsync(page, "#key-chart", 1);
        Assert.Equal(Markup, await page.Locator("#keys tbody tr .label").First.TextContentAsync());
        Assert.Equal("StreamLearn", await page.TitleAsync());
        Assert.Equal(0, await page.Locator("main img, main script").CountAsync());

        // It is kept for the tab, and is in no address.
        await page.ReloadAsync();
        await Assertions.Expect(page.Locator("#keys tbody tr")).ToHaveCountAsync(SampleRecords.Keys + 1);
        Assert.Equal(Token, await page.EvaluateAsync<string>("sessionStorage.getItem('streamlearn.token')"));
        Assert.DoesNotContain(browser.Requests, request => request.ToString().Contains("dragon", StringComparison.Ordinal));

        // A pause is a state, and nothing that is wrong.
        await world.Node.Controls.PauseAsync("link-load");
        await Assertions.Expect(page.Locator("#pipelines button")).ToContainTextAsync("forecast, paused");
        Assert.Equal("bad", await page.EvaluateAsync<string>(
            "async (checks) => (await import('/assets/views.js')).faults(checks).map(([name]) => name).join()",
            new Dictionary<string, string> { ["well"] = "ok", ["said"] = (await world.Health.ReadyAsync()).Checks.Single(check => check.Note is not null).Finding, ["bad"] = "okay is not what it is" }));
        await Assertions.Expect(page.Locator("#checks li")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator("#problem")).ToBeHiddenAsync();

        // Chromium says of every 401 that there was one.
        Assert.All(browser.Complaints, complaint => Assert.Contains("401", complaint, StringComparison.Ordinal));
        browser.Complaints.Clear();
        browser.AssertWellBehaved(address.Authority);
        await world.Node.DrainAsync();
        Environment.SetEnvironmentVariable(variable, null);
    }

    /// <summary>Waits until a chart has so many points.</summary>
    private static async Task PointsAsync(IPage page, string chart, int points) => await page.WaitForFunctionAsync(
        "([chart, points]) => Number(document.querySelector(chart).dataset.points ?? 0) >= points", new object[] { chart, points }, new() { Timeout = 60_000 });

    private static async Task ProduceMarkupAsync(NodeWorld world, int records)
    {
        using var producer = new KafkaBatchProducer(new KafkaSettings { BootstrapServers = world.Kafka.BootstrapServers }, _ => { });
        await producer.SendAsync(new OutputBatch("link-load", [.. Enumerable.Range(0, records).Select(number => new OutputRecord(
            Encoding.UTF8.GetBytes(Markup),
            JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["link"] = Markup, ["ts"] = 1_078_099_200 + (300 * number), ["load"] = 10 + (number % 5) })))]));
    }
}
