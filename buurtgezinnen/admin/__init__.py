"""The two admin sites: /gemeente/ for officials, /beheer/ for the organisation."""
