using System.Globalization;

namespace StreamLearn.Cli.Web.Serving;

/// <summary>Event times in answers.</summary>
internal static class Instants
{
    private static readonly long Least = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Most = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>A time in ISO 8601; one that is no date, as learners take any number, in milliseconds since 1970.</summary>
    internal static string Text(long milliseconds) => milliseconds >= Least && milliseconds <= Most
        ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture)
        : milliseconds.ToString(CultureInfo.InvariantCulture);
}
