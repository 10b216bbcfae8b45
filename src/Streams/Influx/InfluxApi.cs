namespace StreamLearn.Streams.Influx;

/// <summary>Which write API a server has.</summary>
public enum InfluxApi
{
    /// <summary><c>/api/v2/write</c> with organisation, bucket and token: InfluxDB 2 and 3, VictoriaMetrics.</summary>
    V2,

    /// <summary><c>/write</c> with database, user and password: InfluxDB 1.x.</summary>
    V1,
}
