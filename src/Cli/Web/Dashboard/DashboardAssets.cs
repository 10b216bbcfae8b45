using System.Collections.Frozen;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>The files of the dashboard by their paths. They hold nothing of the node: whoever may not ask it anything may have them.</summary>
internal static class DashboardAssets
{
    private const string Prefix = "dashboard/";
    private const string Script = "text/javascript; charset=utf-8";

    private static readonly FrozenDictionary<string, DashboardAsset> ByPath = new Dictionary<string, DashboardAsset>
    {
        ["/"] = Load("index.html", "text/html; charset=utf-8"),
        ["/assets/style.css"] = Load("style.css", "text/css; charset=utf-8"),
        ["/assets/icon.svg"] = Load("icon.svg", "image/svg+xml"),
        ["/assets/app.js"] = Load("app.js", Script),
        ["/assets/charts.js"] = Load("charts.js", Script),
        ["/assets/format.js"] = Load("format.js", Script),
        ["/assets/live.js"] = Load("live.js", Script),
        ["/assets/series.js"] = Load("series.js", Script),
        ["/assets/views.js"] = Load("views.js", Script),
        ["/assets/echarts.js"] = Load("echarts.js", Script),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>All paths.</summary>
    internal static IEnumerable<string> Paths => ByPath.Keys;

    /// <summary>The file of a path; null: there is none.</summary>
    internal static DashboardAsset? Find(string? path) => path is not null && ByPath.TryGetValue(path, out var asset) ? asset : null;

    private static DashboardAsset Load(string name, string mediaType)
    {
        using var stream = typeof(DashboardAssets).Assembly.GetManifestResourceStream(Prefix + name)
            ?? throw new InvalidOperationException($"The program lacks the file {name} of its dashboard.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return new DashboardAsset(mediaType, bytes.ToArray());
    }
}
