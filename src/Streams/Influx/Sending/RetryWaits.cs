using System.Net.Http.Headers;

namespace StreamLearn.Streams.Influx.Sending;

/// <summary>
/// The waits between attempts: each twice the one before, up to the longest one, or the one that the server asks for. Each is up to a fifth longer, by chance, so
/// that nodes that were turned away together do not come back together.
/// </summary>
/// <param name="least">The first one.</param>
/// <param name="most">The longest one, before chance.</param>
/// <param name="random">The chance.</param>
internal sealed class RetryWaits(TimeSpan least, TimeSpan most, Random random)
{
    private const double Spread = 0.2;

    // A server may ask for any wait; this is the longest that it gets, before chance.
    private static readonly TimeSpan MostAsked = TimeSpan.FromHours(1);

    private TimeSpan? _next;

    /// <summary>What a <c>Retry-After</c> asks for; null: nothing, or a time that is past.</summary>
    internal static TimeSpan? Asked(RetryConditionHeaderValue? retryAfter, DateTimeOffset now)
    {
        var asked = retryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - now,
            _ => TimeSpan.Zero,
        };
        return asked > TimeSpan.Zero ? asked : null;
    }

    /// <summary>The wait after an attempt that was for nothing. Where somebody has to change something it is the longest one.</summary>
    internal TimeSpan After(ServerReply reply)
    {
        if (reply.Asked is { } asked)
        {
            return Spreaded(asked < MostAsked ? asked : MostAsked);
        }

        if (reply.Answer == WriteAnswer.Refused)
        {
            return Spreaded(most);
        }

        var wait = _next ?? least;
        _next = wait < most / 2 ? 2 * wait : most;
        return Spreaded(wait);
    }

    /// <summary>The server has taken something, or has said what is wrong with it.</summary>
    internal void Reset() => _next = null;

    private TimeSpan Spreaded(TimeSpan wait) => wait * (1 + (Spread * random.NextDouble()));
}
