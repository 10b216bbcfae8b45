namespace StreamLearn.Streams.Influx.Sending;

/// <summary>Where the batch that is being sent waits.</summary>
internal interface IHeadOfLine
{
    /// <summary>Whether it is still wanted: the spool may have had to give it up.</summary>
    bool IsWanted { get; }

    /// <summary>The server does not take anything now.</summary>
    void OnAway();
}
