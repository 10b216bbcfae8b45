namespace StreamLearn.Actors.Protocol;

/// <summary>What to do with a request to persist.</summary>
public enum PersistVerdict
{
    /// <summary>Store the state, and answer with what it covers.</summary>
    Store,

    /// <summary>It is stored already: answer with what the stored state covers.</summary>
    Stored,

    /// <summary>Records are missing: answer with what is applied.</summary>
    Behind,

    /// <summary>Records after it are applied: answer that the state cannot be stored now.</summary>
    Ahead,
}
