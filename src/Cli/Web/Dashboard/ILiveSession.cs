using System.Text.Json.Nodes;

namespace StreamLearn.Cli.Web.Dashboard;

/// <summary>What one reader of a live stream is told.</summary>
internal interface ILiveSession
{
    /// <summary>What there is to see now; of what goes on, what the reader has not been told before.</summary>
    Task<JsonObject> NextAsync();
}
