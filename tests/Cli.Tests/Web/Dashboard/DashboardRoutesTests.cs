using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using StreamLearn.Cli.Web.Dashboard;

namespace StreamLearn.Cli.Tests.Web.Dashboard;

/// <summary>The page and its files.</summary>
public sealed partial class DashboardRoutesTests
{
    public static TheoryData<string> Paths => [.. DashboardAssets.Paths];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Given_a_file_of_the_dashboard_when_it_is_asked_for_then_it_comes_with_what_keeps_a_browser_from_anything_else(string path)
    {
        await using var web = await WebWorld.StartAsync();

        using var response = await web.Http.GetAsync(new Uri(web.Address, path));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(DashboardAssets.Find(path)!.Bytes, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(DashboardAssets.Find(path)!.MediaType, response.Content.Headers.ContentType!.ToString());
        var policy = string.Join(' ', response.Headers.GetValues("Content-Security-Policy"));
        Assert.All(
            (string[])["default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"],
            part => Assert.Contains(part, policy, StringComparison.Ordinal));
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", string.Join(' ', response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", string.Join(' ', response.Headers.GetValues("X-Frame-Options")));
        Assert.Equal("no-referrer", string.Join(' ', response.Headers.GetValues("Referrer-Policy")));
        Assert.True(response.Headers.CacheControl!.NoCache, "A newer node has newer files: they are asked for again.");
    }

    [Fact]
    public async Task Given_a_file_that_the_browser_has_when_it_is_asked_for_again_then_it_is_not_sent_again_and_another_is()
    {
        await using var web = await WebWorld.StartAsync();
        using var first = await web.Http.GetAsync(new Uri(web.Address, "/assets/app.js"));

        using var again = await SendAsync(web, "/assets/app.js", request => request.Headers.IfNoneMatch.Add(first.Headers.ETag!));
        using var other = await SendAsync(web, "/assets/live.js", request => request.Headers.IfNoneMatch.Add(first.Headers.ETag!));

        Assert.Equal((HttpStatusCode.NotModified, 0), (again.StatusCode, (await again.Content.ReadAsByteArrayAsync()).Length));
        Assert.Equal(first.Headers.ETag, again.Headers.ETag);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Given_a_browser_that_takes_gzip_when_a_file_is_asked_for_then_it_is_the_same_in_fewer_bytes()
    {
        await using var web = await WebWorld.StartAsync();
        var asset = DashboardAssets.Find("/assets/echarts.js")!;

        using var response = await SendAsync(web, "/assets/echarts.js", request => request.Headers.AcceptEncoding.ParseAdd("gzip, br"));

        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        var compressed = await response.Content.ReadAsByteArrayAsync();
        Assert.InRange(compressed.Length, 1, asset.Bytes.Length / 2);
        using var plain = new MemoryStream();
        await new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress).CopyToAsync(plain);
        Assert.Equal(asset.Bytes, plain.ToArray());
    }

    [Fact]
    public async Task Given_the_method_head_when_it_is_used_then_there_is_no_body_and_other_methods_are_refused()
    {
        await using var web = await WebWorld.StartAsync();

        Assert.EndsWith("\r\n\r\n", await web.SendRawAsync("HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"), StringComparison.Ordinal);
        Assert.Equal(405, await web.StatusOfAsync("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        Assert.Equal(421, await web.StatusOfAsync("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"));
    }

    [Theory]
    [InlineData("/assets")]
    [InlineData("/assets/")]
    [InlineData("/assets/no-such.js")]
    [InlineData("/assets/%2e%2e/appsettings.json")]
    [InlineData("/index.html")]
    public async Task Given_a_file_that_is_none_of_the_dashboard_when_it_is_asked_for_then_there_is_nothing(string path)
    {
        await using var web = await WebWorld.StartAsync();

        Assert.Equal(404, await web.StatusOfAsync($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
    }

    [Fact]
    public async Task Given_a_node_that_wants_a_token_when_there_is_none_then_the_files_come_which_hold_nothing_of_the_node_and_what_they_show_does_not()
    {
        using var variable = new TokenVariable("dragon-fruit+7");
        await using var web = await WebWorld.StartAsync("node.http.host=0.0.0.0", $"node.http.token-env={variable.Name}");

        foreach (var path in DashboardAssets.Paths)
        {
            Assert.Equal(200, await web.StatusOfAsync($"GET {path} HTTP/1.1\r\nHost: any.example\r\nConnection: close\r\n\r\n"));
        }

        Assert.Equal(401, await web.StatusOfAsync("GET /v1/live HTTP/1.1\r\nHost: any.example\r\nConnection: close\r\n\r\n"));
        Assert.Equal(401, await web.StatusOfAsync("GET /assets/../v1/live HTTP/1.1\r\nHost: any.example\r\nConnection: close\r\n\r\n"));
        Assert.Equal(401, await web.StatusOfAsync("GET /assets/no-such.js HTTP/1.1\r\nHost: any.example\r\nConnection: close\r\n\r\n"));
        Assert.Equal(401, await web.StatusOfAsync("POST / HTTP/1.1\r\nHost: any.example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        Assert.Equal(401, await web.StatusOfAsync("GET /v1/live?token=dragon-fruit%2B7 HTTP/1.1\r\nHost: any.example\r\nConnection: close\r\n\r\n"));
    }

    /// <summary>What comes from a node goes in as text: nothing in the scripts makes HTML or code of it. Of the page, nothing is of another host or inline.</summary>
    [Fact]
    public void Given_the_files_when_they_are_read_then_no_text_becomes_HTML_or_code_and_nothing_is_of_another_host()
    {
        foreach (var path in DashboardAssets.Paths.Where(path => path != "/assets/echarts.js"))
        {
            var text = Encoding.UTF8.GetString(DashboardAssets.Find(path)!.Bytes);
            Assert.DoesNotMatch(MakesHtml(), text);
            Assert.DoesNotMatch(OtherHost(), text.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal));
        }

        var page = Encoding.UTF8.GetString(DashboardAssets.Find("/")!.Bytes);
        Assert.DoesNotMatch(Inline(), page);
        Assert.All(Linked().Matches(page), link => Assert.NotNull(DashboardAssets.Find(link.Groups[1].Value)));
        Assert.Equal(5, Linked().Count(page));
    }

    private static Task<HttpResponseMessage> SendAsync(WebWorld web, string path, Action<HttpRequestMessage> change)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(web.Address, path));
        change(request);
        return web.Http.SendAsync(request);
    }

    [GeneratedRegex("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|new Function|DOMParser|setHTML|createContextualFragment|srcdoc")]
    private static partial Regex MakesHtml();

    [GeneratedRegex("(https?:)?//[a-z0-9]+\\.[a-z]", RegexOptions.IgnoreCase)]
    private static partial Regex OtherHost();

    [GeneratedRegex("<script(?![^>]* src=)|<style| style=| on[a-z]+=", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Linked();
}
