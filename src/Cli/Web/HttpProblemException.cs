using System.Text.Json.Nodes;

namespace StreamLearn.Cli.Web;

/// <summary>What is wrong with a request, found while it is being answered: the answer is a problem document.</summary>
/// <param name="status">The status.</param>
/// <param name="detail">What is wrong, and what was expected. Nothing of the request.</param>
/// <param name="more">Further members of the document.</param>
internal sealed class HttpProblemException(int status, string detail, JsonObject? more = null) : Exception(detail)
{
    internal int Status => status;

    internal JsonObject? More => more;

    /// <summary>Seconds after which it may be tried again; 0: nothing is known of that.</summary>
    internal int RetryAfter { get; init; }
}
