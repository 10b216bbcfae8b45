using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Playwright;

namespace StreamLearn.EndToEnd.Tests.Browsers;

/// <summary>Chromium without a window, and what it has complained about. Playwright's own browsers are not downloaded; its driver is used where its package
/// lies.</summary>
internal sealed class TestBrowser : IAsyncDisposable
{
    private const int Limit = 60_000;

    private static readonly string Package = typeof(TestBrowser).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(data => data.Key == "PlaywrightPackage").Value!;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private TestBrowser(IPlaywright playwright, IBrowser browser, IPage page)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
    }

    /// <summary>Why there is no test with a browser here; null: there is.</summary>
    internal static string? Problem =>
        Executable is null ? "chromium is not installed (Debian: apt-get install chromium)."
        : !Directory.Exists(Path.Combine(Package, ".playwright", "node", Platform)) ? $"Playwright has no driver for {Platform}."
        : null;

    internal IPage Page { get; }

    /// <summary>Everything that it has asked for.</summary>
    internal List<Uri> Requests { get; } = [];

    /// <summary>Errors and warnings of its console, exceptions of scripts, violations of the page's policy.</summary>
    internal List<string> Complaints { get; } = [];

    private static string Platform => $"linux-{(RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64")}";

    private static string? Executable => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/bin")
        .Select(folder => Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists);

    internal static async Task<TestBrowser> StartAsync(int width = 1440, int height = 1120)
    {
        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", Package);
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        var playwright = await Playwright.CreateAsync();

        // Chromium has no sandbox for root, whom tests in a container run as.
        var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Executable, Args = Environment.UserName == "root" ? ["--no-sandbox"] : [], Timeout = Limit,
        });
        var page = await browser.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = ColorScheme.Dark, ReducedMotion = ReducedMotion.Reduce,
        });
        page.SetDefaultTimeout(Limit);
        var started = new TestBrowser(playwright, browser, page);
        page.Request += (_, request) => started.Note(started.Requests, new Uri(request.Url));
        page.PageError += (_, error) => started.Note(started.Complaints, error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                started.Note(started.Complaints, message.Text);
            }
        };
        await page.AddInitScriptAsync(
            "document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`))");
        return started;
    }

    /// <summary>Nothing was wrong, and nobody else was asked for anything.</summary>
    internal void AssertWellBehaved(string host)
    {
        lock (Requests)
        {
            Assert.Empty(Complaints);
            Assert.All(Requests, request => Assert.Equal(host, request.Authority));
            Assert.NotEmpty(Requests);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
    }

    private void Note<T>(List<T> list, T item)
    {
        lock (Requests)
        {
            list.Add(item);
        }
    }
}
